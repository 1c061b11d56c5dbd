package faults

import (
	"context"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
)

// ContainerdStop stops the container runtime, and nothing else, of the worker on
// which the chosen pod of the app runs. Its containers go on: each has a shim of its own.
func ContainerdStop(choose Choice) Fault {
	return wholeNode{
		nodes: nodesOfChosen(choose),
		card: Card{
			Name:     "node/containerd-stop",
			Breaks:   "a worker's container runtime is stopped; containers that run go on",
			ShowsAs:  "the node is NotReady, container runtime is down, after 30 s; nothing is started there, nor stopped",
			UndoneBy: "the runtime is started again",
			Look:     "kubectl describe node NODE | grep -A8 Conditions",
			Blinds:   []string{history.SourceRuntime, history.SourceApp},
		},
		what: "stop the runtime of",
		undo: func(s *Site, node string) journal.Step {
			return s.step(UndoUnitStart, "start the runtime of "+node, "node", node, "unit", containerdUnit)
		},
		act: func(ctx context.Context, s *Site, node string) error { return stopUnit(ctx, s, node, containerdUnit) },
	}
}

const containerdUnit = "containerd.service"
