package faults

import (
	"context"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// Truncate has the app break its business answers off in mid-body, until that is undone.
func Truncate(choose Choice) Fault { return truncate{choose} }

type truncate struct{ choose Choice }

func (truncate) Card() Card {
	return Card{
		Name:     "app/truncate",
		Breaks:   "business answers break off in mid-body",
		ShowsAs:  "status 200, and then the connection closes before the body is whole",
		UndoneBy: "answers are whole again",
		Look:     "kubectl get pods",
	}
}

func (truncate) Needs() []kindconfigs.Trait { return nil }

func (f truncate) Inject(ctx context.Context, s *Site) error {
	targets, err := s.turn(ctx, f.choose, "truncate the answers of", workloads.KnobTruncate, "true", "false")
	if err != nil {
		return err
	}
	for _, pod := range targets {
		s.Look(ctx, pod, web.Business)
	}
	return s.UntilApp(ctx, targets, history.AppSpoilt, "cause", "truncated")
}
