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
	faulttest.Check(t, faults.PacketLoss(5), faulttest.Case{
		Sees:   func(w *faulttest.World, _ history.Mark, _ int) { w.Nodes.Drop(3) },
		Broken: filtered(1, table, table), Undone: filtered(0, table, table),
	})
}

// filtered wants so many workers to have that table, or bounded link, and that timer.
func filtered(want int, table, timer string) func(*faulttest.World) error {
	return func(w *faulttest.World) error {
		got := 0
		for _, node := range w.Nodes.Names("worker") {
			if w.Nodes.Filtered(node, table) && w.Nodes.Timed(node, timer) {
				got++
			}
		}
		if got != want {
			return fmt.Errorf("%s is on %d nodes, want %d", table, got, want)
		}
		return nil
	}
}
