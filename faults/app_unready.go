package faults

import (
	"context"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// Unready has the app say on /ready that it is not, until that is undone. It
// answers everything else as well as before.
func Unready(choose Choice) Fault { return appUnready{choose} }

type appUnready struct{ choose Choice }

// untilUndone is longer than any trial.
const untilUndone = "1h"

func (appUnready) Card() Card {
	return Card{
		Name:     "app/unready",
		Breaks:   "/ready answers 503",
		ShowsAs:  "the pod is not ready and leaves the EndpointSlice; it is not restarted",
		UndoneBy: "/ready answers as before",
		Look:     "kubectl get endpointslices -o yaml --watch",
	}
}

func (appUnready) Needs() []kindconfigs.Trait { return nil }

func (f appUnready) Inject(ctx context.Context, s *Site) error {
	targets, err := s.turn(ctx, f.choose, "make unready", workloads.KnobUnready, untilUndone, "0s")
	if err != nil {
		return err
	}
	for _, pod := range targets {
		s.Look(ctx, pod, web.Ready)
	}
	return s.UntilApp(ctx, targets, history.AppProbe, history.AttrPath, web.Ready, history.AttrCode, "503")
}
