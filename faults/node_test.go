package faults_test

import (
	"fmt"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestNodeKill(t *testing.T) { faulttest.Check(t, faults.NodeKill(), oneNodeDown()) }

func TestNodeFreeze(t *testing.T) { faulttest.Check(t, faults.NodeFreeze(), oneNodeDown()) }

// oneNodeDown is the case of faults that take one worker whole.
func oneNodeDown() faulttest.Case {
	down := func(n int) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			got := 0
			for _, node := range w.Nodes.Names("worker") {
				if w.Nodes.Down(node) {
					got++
				}
			}
			if got != n {
				return fmt.Errorf("%d nodes are down, want %d", got, n)
			}
			return nil
		}
	}
	return faulttest.Case{Sees: state(history.SourceNode, "", "Unknown", nil), Broken: down(1), Undone: down(0)}
}

// What is stopped in a node is started again by a timer there, if by nobody else.
func TestUnitsStopped(t *testing.T) {
	for unit, f := range map[string]faults.Fault{"kubelet": faults.KubeletStop(), "containerd": faults.ContainerdStop()} {
		faulttest.Check(t, f, inNode(unit, func(n *faulttest.Nodes, node string) bool { return n.Stopped(node, unit+".service") }))
	}
}

func TestNodePartition(t *testing.T) {
	const table = "seatrial-partition"
	for _, f := range []faults.Fault{faults.NodePartition(), faults.NodePartitionFromControlPlane()} {
		faulttest.Check(t, f, inNode(table, func(n *faulttest.Nodes, node string) bool { return n.Filtered(node, table) }))
	}
}

// inNode is the case of what is done inside one worker, which a timer there would undo.
func inNode(what string, is func(n *faulttest.Nodes, node string) bool) faulttest.Case {
	want := func(n int) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			done, timed := 0, 0
			for _, node := range w.Nodes.Names("worker") {
				if is(w.Nodes, node) {
					done++
				}
				if w.Nodes.Timed(node, what) {
					timed++
				}
			}
			if done != n || timed != n {
				return fmt.Errorf("%s: done to %d workers, to be undone by a timer in %d; want %d", what, done, timed, n)
			}
			return nil
		}
	}
	return faulttest.Case{Sees: state(history.SourceNode, "", "Unknown", nil), Broken: want(1), Undone: want(0)}
}
