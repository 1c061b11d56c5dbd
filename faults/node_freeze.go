package faults

import (
	"context"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
)

// NodeFreeze stops every process of the worker on which the seed's pod of the app
// runs, where it is. The kernel goes on answering for it (ARP, the TCP handshakes of
// listening sockets), so that callers get connections and no answers.
func NodeFreeze() Fault {
	return wholeNode{
		card: Card{
			Name:     "node/freeze",
			Breaks:   "every process of a worker is stopped where it is; its link still answers",
			ShowsAs:  "connections to its pods are accepted and never answered; the node is NotReady after the grace period",
			UndoneBy: "the processes go on",
			Look:     "kubectl get nodes --watch",
			Blinds:   []string{history.SourceRuntime, history.SourceApp},
		},
		what: "freeze",
		undo: func(s *Site, node string) journal.Step {
			return s.step(UndoNodeThaw, "thaw node "+node, "node", node)
		},
		act: func(ctx context.Context, s *Site, node string) error { return s.Nodes.Freeze(ctx, node) },
	}
}

func undoNodeThaw(ctx context.Context, nodes Nodes, args map[string]string) error {
	return nodes.Thaw(ctx, args["node"])
}
