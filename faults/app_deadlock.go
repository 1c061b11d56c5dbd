package faults

import (
	"context"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// Deadlock makes every handler of the app wait for a lock for ever. The process lives.
func Deadlock(choose Choice) Fault { return appDeadlock{choose} }

type appDeadlock struct{ choose Choice }

func (appDeadlock) Card() Card {
	return Card{
		Name:     "app/deadlock",
		Breaks:   "every handler of the app waits for a lock for ever; the process lives",
		ShowsAs:  "connections are accepted and never answered; probes time out",
		UndoneBy: "nothing: a restart of the container ends it",
		Look:     "kubectl get pods --watch; kubectl describe pod POD | tail",
	}
}

func (appDeadlock) Needs() []kindconfigs.Trait { return nil }

func (f appDeadlock) Inject(ctx context.Context, s *Site) error {
	targets, err := s.turn(ctx, f.choose, "deadlock", workloads.KnobDeadlock, "", "")
	if err != nil {
		return err
	}
	return s.UntilApp(ctx, targets, history.AppStuck)
}
