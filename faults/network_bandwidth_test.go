package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// The kernel counts packets that had to wait for the token bucket.
func TestBandwidth(t *testing.T) {
	const timer = "bandwidth-" + faulttest.Namespace
	faulttest.Check(t, faults.Bandwidth(16), faulttest.Case{
		Sees:   func(w *faulttest.World, _ history.Mark, _ int) { w.Nodes.Drop(3) },
		Broken: filtered(1, "veth0", timer), Undone: filtered(0, "veth0", timer),
	})
}
