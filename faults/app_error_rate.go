package faults

import (
	"context"
	"math"
	"strconv"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// ErrorRate has the app answer a share of the business requests with 500, above 0
// and up to 1, spread evenly, until that is undone: 0.01 is what nobody sees by looking.
func ErrorRate(choose Choice, share float64) Fault { return errorRate{choose, share} }

type errorRate struct {
	choose Choice
	share  float64
}

func (errorRate) Card() Card {
	return Card{
		Name:     "app/error-rate",
		Breaks:   "a share of the business answers is 500",
		ShowsAs:  "callers get an error now and then; every probe passes",
		UndoneBy: "all business is answered again",
		Look:     "kubectl get pods",
	}
}

func (errorRate) Needs() []kindconfigs.Trait { return nil }

func (f errorRate) Inject(ctx context.Context, s *Site) error {
	share := strconv.FormatFloat(f.share, 'g', -1, 64)
	targets, err := s.turn(ctx, f.choose, "fail "+share+" of the business of", workloads.KnobErrorRate, share, "0")
	if err != nil {
		return err
	}
	for _, pod := range targets {
		// Of any n answers in a row n x share fail: one does for certain.
		for range int(math.Ceil(1 / f.share)) {
			s.Look(ctx, pod, web.Business)
		}
	}
	return s.UntilApp(ctx, targets, history.AppSpoilt)
}
