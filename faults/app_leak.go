package faults

import (
	"context"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// Leak has the app lose so much memory per second ("2Mi"), after a restart too: it
// meets its limit again and again. Its undo stops the leak.
func Leak(perSecond string, choose Choice) Fault { return appLeak{perSecond, choose} }

type appLeak struct {
	perSecond string
	choose    Choice
}

func (appLeak) Card() Card {
	return Card{
		Name:     "app/leak",
		Breaks:   "the app leaks memory, after every restart again",
		ShowsAs:  "its memory grows until the kernel kills it: OOMKilled, again and again",
		UndoneBy: "the leak is stopped; what is lost stays lost until the next restart",
		Look:     "kubectl get pods --watch",
	}
}

func (appLeak) Needs() []kindconfigs.Trait { return nil }

func (f appLeak) Inject(ctx context.Context, s *Site) error {
	targets, err := s.turn(ctx, f.choose, "leak "+f.perSecond+" per second in", workloads.KnobLeak, f.perSecond, "0")
	if err != nil {
		return err
	}
	return s.UntilApp(ctx, targets, history.AppAllocate)
}
