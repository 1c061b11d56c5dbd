package faults_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// A node that was rebooted is up again at once, and its pods' containers are new ones.
func TestNodeReboot(t *testing.T) {
	up := func(w *faulttest.World) error {
		for _, node := range w.Nodes.Names("worker") {
			if w.Nodes.Down(node) {
				return fmt.Errorf("node %s is down", node)
			}
		}
		return nil
	}
	faulttest.Check(t, faults.NodeReboot(), faulttest.Case{
		Before: func(w *faulttest.World) { running(w); containers(w, "0", 0) },
		Sees:   func(w *faulttest.World, deed history.Mark, _ int) { containers(w, "1", deed.Latest) },
		Broken: func(w *faulttest.World) error {
			if w.Did("link down ") != 1 || w.Did("kill ") != 1 {
				return errors.New("its power was not cut")
			}
			return up(w)
		},
		Undone: up,
	})
}

// containers has the container of each pod run, restarted so often.
func containers(w *faulttest.World, restarts string, from time.Duration) {
	for _, pod := range w.Pods() {
		w.Record.State(history.Interval{Source: history.SourceContainer, Subject: pod + "/web", State: "running", From: from, Attrs: history.Attrs{history.AttrRestarts: restarts}})
	}
}
