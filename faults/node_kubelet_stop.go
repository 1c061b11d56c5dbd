package faults

import (
	"context"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
)

// KubeletStop stops the kubelet, and nothing else, of the worker on which the seed's
// pod of the app runs.
func KubeletStop() Fault {
	return wholeNode{
		card: Card{
			Name:     "node/kubelet-stop",
			Breaks:   "a worker's kubelet is stopped; its containers go on",
			ShowsAs:  "the node is NotReady after the grace period; until then its pods serve as before",
			UndoneBy: "the kubelet is started again",
			Look:     "kubectl get nodes --watch",
			Blinds:   []string{history.SourceApp}, // logs come by way of the kubelet
		},
		what: "stop the kubelet of",
		undo: func(s *Site, node string) journal.Step {
			return s.step(UndoUnitStart, "start the kubelet of "+node, "node", node, "unit", kubeletUnit)
		},
		act: func(ctx context.Context, s *Site, node string) error { return stopUnit(ctx, s, node, kubeletUnit) },
	}
}

const kubeletUnit = "kubelet.service"

// stopUnit stops a systemd unit of the node, once the node has a timer of its own to
// start it again.
func stopUnit(ctx context.Context, s *Site, node, unit string) error {
	if err := s.arm(ctx, node, unit, "systemctl", "start", unit); err != nil {
		return err
	}
	_, err := s.Nodes.Exec(ctx, node, "systemctl", "stop", unit)
	return err
}

// undoUnitStart starts the unit, and stops the timer that would have done so.
func undoUnitStart(ctx context.Context, nodes Nodes, args map[string]string) error {
	if _, err := nodes.Exec(ctx, args["node"], "systemctl", "start", args["unit"]); err != nil {
		return err
	}
	return disarm(ctx, nodes, args["node"], args["unit"])
}
