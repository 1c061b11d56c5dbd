package faults_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

// The kernel's own count of dropped packets shows the loss.
func TestPacketLoss(t *testing.T) {
	const table = "seatrial-loss-" + faulttest.Namespace
	faulttest.Check(t, faults.PacketLoss(5), faulttest.Case{
		Sees:   func(w *faulttest.World, _ history.Mark, _ int) { w.Nodes.Drop(3) },
		Broken: filtered(1, table, table), Undone: filtered(0, table, table),
	})
}

// Between two pods it is the packets of these two alone.
func TestPacketLossBetween(t *testing.T) {
	const table = "seatrial-loss-" + faulttest.Namespace
	faulttest.Check(t, faults.PacketLossBetween(5, web.Companion), faulttest.Case{
		App:  web.App(web.Replicas(1), web.WithCompanion()),
		Sees: func(w *faulttest.World, _ history.Mark, _ int) { w.Nodes.Drop(3) },
		Broken: func(w *faulttest.World) error {
			if rules := w.Nodes.Rules(table); !strings.Contains(rules, "ip saddr { ") || !strings.Contains(rules, "ip daddr { ") {
				return fmt.Errorf("the rules are not between two addresses: %s", rules)
			}
			return nil
		},
		Undone: filtered(0, table, table),
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
