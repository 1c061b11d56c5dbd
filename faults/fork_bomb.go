package faults

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// ForkBomb has a pod of a component start processes for as long as it is let, and go on
// trying when it is not. The node is one whose PIDs are bounded.
func ForkBomb(component string) Fault { return forkBomb{component} }

type forkBomb struct{ component string }

// bombForks is how many processes it wants: more than any bounded node has room for.
const bombForks = "2000"

func (f forkBomb) Card() Card {
	return Card{
		Name:     "pressure/fork-bomb",
		Breaks:   "a pod of " + f.component + " starts processes for as long as it is let",
		ShowsAs:  "no process can be started in that pod, or, if nothing bounds the pod, on its node",
		UndoneBy: "the processes end",
		Look:     "kubectl exec deploy/web -- web exists /tmp/ready",
	}
}

func (forkBomb) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.Capped} }

func (f forkBomb) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, OneOf(f.component))
	if err != nil {
		return err
	}
	if err := s.armStop(ctx, pods[0], s.knobStep(pods[0].Name, workloads.KnobFork, "0")); err != nil {
		return err
	}
	// How the knob is turned back is on the disk already.
	targets, err := s.turn(ctx, func(*Site, []corev1.Pod) []corev1.Pod { return pods }, "start processes without end in", workloads.KnobFork, bombForks, "")
	if err != nil {
		return err
	}
	return s.untilEach(ctx, "the kernel to refuse a process", targets, func(pod string, i history.Interval) bool {
		return i.Source == history.SourceApp && i.Subject == pod && i.State == history.AppFork && i.Attrs[history.AttrCause] != ""
	})
}
