package faults

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// NodeMemory takes the memory of the app's first node from outside all pods, so much
// more than its kubelet can bear: by a file in the node's memory.
func NodeMemory(beyond int64) Fault { return nodeMemory{beyond} }

type nodeMemory struct{ beyond int64 }

// memoryBallast is on a tmpfs of the node: its bytes are memory that somebody uses.
const memoryBallast = "/run/seatrial-memory"

func (nodeMemory) Card() Card {
	return Card{
		Name:     "pressure/node-memory",
		Breaks:   "a node's memory is taken by something that is no pod",
		ShowsAs:  "condition MemoryPressure, its NoSchedule taint, evictions",
		UndoneBy: "the file in memory is removed",
		Look:     "kubectl describe node NODE | grep -A8 Conditions",
	}
}

func (nodeMemory) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.Capped} }

func (nodeMemory) Rights() []Right { return toAskKubelets() }

func (f nodeMemory) Inject(ctx context.Context, s *Site) error {
	pods, err := s.AppPods(ctx)
	if err != nil {
		return err
	}
	node := pods[0].Spec.NodeName
	room, err := s.memoryRoom(ctx, node)
	if err != nil {
		return err
	}
	if err := s.layBallast(ctx, node, "memory", memoryBallast, max(0, room)+f.beyond); err != nil {
		return err
	}
	return s.Until(ctx, "MemoryPressure on "+node, func(seen []history.Interval) bool {
		return underPressure(seen, node, corev1.NodeMemoryPressure)
	})
}
