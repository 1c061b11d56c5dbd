package faults

import (
	"context"
	"strings"

	corev1 "k8s.io/api/core/v1"

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
	pods, err := s.Pick(ctx, f.choose)
	if err != nil {
		return err
	}
	for _, pod := range pods {
		if err := s.Undo(s.knobStep(pod.Name, workloads.KnobLeak, "0")); err != nil {
			return err
		}
	}
	targets := names(pods)
	err = s.Deed("leak "+f.perSecond+" per second in "+strings.Join(targets, " "), targets, func() error {
		return each(pods, func(pod corev1.Pod) error { return s.Knob(ctx, pod.Name, workloads.KnobLeak, f.perSecond) })
	})
	if err != nil {
		return err
	}
	return s.UntilApp(ctx, targets, history.AppAllocate)
}
