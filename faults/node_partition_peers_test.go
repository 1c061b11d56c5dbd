package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// The kernel's own count of dropped packets shows it: the API calls the node ready.
func TestNodePartitionFromPeers(t *testing.T) {
	const table = "seatrial-partition"
	c := inNode(table, func(n *faulttest.Nodes, node string) bool { return n.Filtered(node, table) })
	c.Sees = func(w *faulttest.World, _ history.Mark, _ int) { w.Nodes.Drop(2) }
	c.Broken = all(c.Broken, cutOffFrom(table, 2, false))
	faulttest.Check(t, faults.NodePartitionFromPeers(), c)
}
