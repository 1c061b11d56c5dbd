package faults

import (
	"context"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// InfiniteLoop has the app spin: one CPU's worth of a loop that never ends, on
// which its handlers starve. Give the container a CPU limit, so that its
// neighbours do not starve with it.
func InfiniteLoop(choose Choice) Fault { return infiniteLoop{choose} }

type infiniteLoop struct{ choose Choice }

func (infiniteLoop) Card() Card {
	return Card{
		Name:     "app/infinite-loop",
		Breaks:   "the app spins in a loop that never ends; its handlers starve, the process lives",
		ShowsAs:  "connections are accepted and never answered; the container uses all the CPU that it may",
		UndoneBy: "nothing: a restart of the container ends it",
		Look:     "kubectl top pods; kubectl get pods --watch",
	}
}

func (infiniteLoop) Needs() []kindconfigs.Trait { return nil }

func (f infiniteLoop) Inject(ctx context.Context, s *Site) error {
	targets, err := s.turn(ctx, f.choose, "spin in", workloads.KnobSpin, "1", "")
	if err != nil {
		return err
	}
	return s.UntilApp(ctx, targets, history.AppStuck)
}
