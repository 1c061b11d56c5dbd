package faults

import (
	"context"
	"slices"
	"strconv"
	"strings"

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
	if err := s.Undo(s.replace(f.component)); err != nil {
		return err
	}
	bytes := strconv.FormatInt(max(0, room)+beyondRoom, 10)
	err = s.Deed("take "+bytes+" bytes in "+pod.Name, []string{pod.Name}, func() error {
		return refusal(s.Knob(ctx, pod.Name, workloads.KnobAllocate, bytes))
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, "an OOMKilled container in "+pod.Name+" or MemoryPressure on "+pod.Spec.NodeName, func(seen []history.Interval) bool {
		return oomKilled(seen, pod.Name+"/") || underPressure(seen, pod.Spec.NodeName, corev1.NodeMemoryPressure)
	})
}

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
	if err := s.Undo(s.step(UndoRemoveFile, "remove "+memoryBallast+" on "+node, "node", node, "path", memoryBallast)); err != nil {
		return err
	}
	if err := s.arm(ctx, node, "memory", "rm", "-f", memoryBallast); err != nil {
		return err
	}
	bytes := strconv.FormatInt(max(0, room)+f.beyond, 10)
	err = s.Deed("take "+bytes+" bytes of memory of "+node, []string{node}, func() error {
		_, err := s.Nodes.Exec(ctx, node, slices.Concat(inNode("seatrial-memory-"+s.Namespace), []string{"fallocate", "-l", bytes, memoryBallast})...)
		return err
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, "MemoryPressure on "+node, func(seen []history.Interval) bool {
		return underPressure(seen, node, corev1.NodeMemoryPressure)
	})
}

// inNode is how a command is run in a node, as a unit that ends with it: Type=oneshot has
// systemd-run wait for the end; its --wait needs a message bus, which nodes lack.
func inNode(unit string) []string {
	return strings.Fields("systemd-run --property=Type=oneshot --collect --quiet --unit=" + unit)
}
