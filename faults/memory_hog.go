package faults

import (
	"context"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// MemoryHog has one pod of a component take what is left of its node's memory, and a
// little more than the kubelet can bear. The memory is the pod's own.
func MemoryHog(component string) Fault { return memoryHog{component} }

type memoryHog struct{ component string }

// beyondRoom is how much more is taken than there is room for, bytes: more than a
// node's use moves by itself.
const beyondRoom = 64 << 20

func (f memoryHog) Card() Card {
	return Card{
		Name:     "pressure/memory-hog",
		Breaks:   "a pod of " + f.component + " takes what is left of its node's memory",
		ShowsAs:  "with a limit: OOMKilled; without: condition MemoryPressure, and evictions of others",
		UndoneBy: "its pod is replaced by a new one",
		Look:     "kubectl get pods --watch; kubectl describe node NODE | grep -A8 Conditions",
	}
}

func (memoryHog) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.Capped} }

func (memoryHog) Rights() []Right { return append(toReplace(), toAskKubelets()...) }

func (f memoryHog) Inject(ctx context.Context, s *Site) error {
	pods, err := s.component(ctx, f.component)
	if err != nil {
		return err
	}
	pod := pods[0]
	room, err := s.memoryRoom(ctx, pod.Spec.NodeName)
	if err != nil {
		return err
	}
	bytes := strconv.FormatInt(max(0, room)+beyondRoom, 10)
	if err := s.take(ctx, pod, "take "+bytes+" bytes", workloads.KnobAllocate, bytes); err != nil {
		return err
	}
	return s.Until(ctx, "an OOMKilled container in "+pod.Name+" or MemoryPressure on "+pod.Spec.NodeName, func(seen []history.Interval) bool {
		return oomKilled(seen, pod.Name+"/") || underPressure(seen, pod.Spec.NodeName, corev1.NodeMemoryPressure)
	})
}
