package faults_test

import (
	"fmt"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// The kernel's own count of dropped packets shows the loss.
func TestPacketLoss(t *testing.T) {
	const table = "seatrial-loss-" + faulttest.Namespace
	want := func(n int) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			got := 0
			for _, node := range w.Nodes.Names("worker") {
				if w.Nodes.Filtered(node, table) && w.Nodes.Timed(node, table) {
					got++
				}
			}
			if got != n {
				return fmt.Errorf("packets are lost on %d nodes, want %d", got, n)
			}
			return nil
		}
	}
	faulttest.Check(t, faults.PacketLoss(5), faulttest.Case{
		Sees:   func(w *faulttest.World, _ history.Mark, _ int) { w.Nodes.Drop(3) },
		Broken: want(1), Undone: want(0),
	})
}
