package faults

import (
	"context"
	"fmt"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
)

// NodeKill cuts the power of the worker on which the seed's pod of the app runs:
// its link goes down first, so that nobody is told that its sockets close.
func NodeKill() Fault {
	return wholeNode{
		card: Card{
			Name:     "node/kill",
			Breaks:   "a worker loses its power: link down, then every process gone at once",
			ShowsAs:  "requests to its pods time out; the node is NotReady after the grace period",
			UndoneBy: "the node is started again",
			Look:     "kubectl get nodes --watch",
			Blinds:   []string{history.SourceRuntime, history.SourceApp},
		},
		what: "cut the power of",
		undo: startNode,
		act:  powerCut,
	}
}

func startNode(s *Site, node string) journal.Step {
	return s.step(UndoNodeStart, "start node "+node, "node", node)
}

func powerCut(ctx context.Context, s *Site, node string) error {
	if err := s.Nodes.LinkDown(ctx, node); err != nil {
		return fmt.Errorf("cut the link of %s: %w", node, err)
	}
	return s.Nodes.Kill(ctx, node)
}
