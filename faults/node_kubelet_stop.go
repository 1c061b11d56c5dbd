package faults

import (
	"context"
	"fmt"
	"strconv"
	"time"

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

// deadMan is the unit in the node that starts a stopped one again when nobody else
// does: the fault ends although we, our guardian and the API server are all gone.
func deadMan(unit string) string { return "seatrial-start-" + unit }

// stopUnit stops a systemd unit of the node, once the node has a timer of its own to
// start it again.
func stopUnit(ctx context.Context, s *Site, node, unit string) error {
	last := 2*s.Hold + time.Minute // as the guardian's deadline, see Site.step
	_, err := s.Nodes.Exec(ctx, node, "systemd-run", "--quiet", "--collect", "--unit="+deadMan(unit),
		"--on-active="+strconv.Itoa(int(last.Seconds()))+"s", "--timer-property=AccuracySec=100ms", // the default is a minute
		"systemctl", "start", unit)
	if err != nil {
		return fmt.Errorf("arm the timer that starts %s again: %w", unit, err)
	}
	_, err = s.Nodes.Exec(ctx, node, "systemctl", "stop", unit)
	return err
}

// undoUnitStart starts the unit, and stops the timer that would have done so.
func undoUnitStart(ctx context.Context, nodes Nodes, args map[string]string) error {
	node, unit := args["node"], args["unit"]
	if _, err := nodes.Exec(ctx, node, "systemctl", "start", unit); err != nil {
		return err
	}
	timer := deadMan(unit) + ".timer"
	_, err := nodes.Exec(ctx, node, "sh", "-c", "! systemctl --quiet is-active "+timer+" || systemctl stop "+timer)
	return err
}
