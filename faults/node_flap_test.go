package faults_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// It goes, comes back and goes again.
func TestNodeFlap(t *testing.T) {
	const table, times = "seatrial-partition", 3
	c := inNode(table, func(n *faulttest.Nodes, node string) bool { return n.Filtered(node, table) })
	c.Sees = func(w *faulttest.World, deed history.Mark, n int) {
		state(history.SourceNode, "", "Unknown", nil)(w, deed, n)
		for n < times && w.Did("remove packet rules of ") < n {
			time.Sleep(10 * time.Millisecond) // until it is let back
		}
		if n < times {
			w.Record.State(history.Interval{Source: history.SourceNode, Subject: deed.Targets[0], State: "True", From: w.Record.Clock().Now()})
		}
	}
	c.Broken = all(c.Broken, func(w *faulttest.World) error {
		if n := w.Did("remove packet rules of "); n != times-1 {
			return fmt.Errorf("it was let back %d times, want %d", n, times-1)
		}
		return nil
	})
	faulttest.Check(t, faults.NodeFlap(times), c)
}
