package faults

import (
	"context"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// CPUHog has a pod of a component burn processor time in as many threads as it takes
// to have all of a node's. The node is one whose share is bounded, so that the machine
// with the meter on it goes on.
func CPUHog(component string) Fault { return cpuHog{component} }

type cpuHog struct{ component string }

// burners is how many threads burn: more than a small node has processors.
const burners = "8"

func (f cpuHog) Card() Card {
	return Card{
		Name:     "pressure/cpu-hog",
		Breaks:   "a pod of " + f.component + " burns processor time in more threads than a small node has processors",
		ShowsAs:  "the container has all the CPU that it may; its neighbours wait for theirs",
		UndoneBy: "its pod is replaced by a new one",
		Look:     "kubectl top pods",
	}
}

func (cpuHog) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.Capped} }

func (cpuHog) Rights() []Right { return toReplace() }

func (f cpuHog) Inject(ctx context.Context, s *Site) error {
	pods, err := s.component(ctx, f.component)
	if err != nil {
		return err
	}
	if err := s.take(ctx, pods[0], "burn processor time", workloads.KnobSpin, burners); err != nil {
		return err
	}
	return s.untilBurns(ctx, containers(pods[:1]))
}
