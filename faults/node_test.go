package faults_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestNodeKill(t *testing.T) { faulttest.Check(t, faults.NodeKill(), oneNodeDown()) }

func TestNodeFreeze(t *testing.T) {
	c := oneNodeDown()
	down, up := c.Broken, c.Undone
	c.Broken = func(w *faulttest.World) error {
		if w.Did("freeze ") != 1 || w.Did("kill ") != 0 {
			return fmt.Errorf("frozen %d times, killed %d times", w.Did("freeze "), w.Did("kill "))
		}
		return down(w)
	}
	c.Undone = func(w *faulttest.World) error {
		if w.Did("thaw ") == 0 {
			return errors.New("it was not thawed")
		}
		return up(w)
	}
	faulttest.Check(t, faults.NodeFreeze(), c)
}

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
	for unit, f := range map[string]faults.Fault{"kubelet": faults.KubeletStop(), "containerd": faults.ContainerdStop(nil)} {
		faulttest.Check(t, f, inNode(unit, func(n *faulttest.Nodes, node string) bool { return n.Stopped(node, unit+".service") }))
	}
}

func TestNodePartition(t *testing.T) {
	const table = "seatrial-partition"
	for peers, f := range map[int]faults.Fault{3: faults.NodePartition(), 1: faults.NodePartitionFromControlPlane()} {
		c := inNode(table, func(n *faulttest.Nodes, node string) bool { return n.Filtered(node, table) })
		c.Broken = all(c.Broken, cutOffFrom(table, peers, true))
		faulttest.Check(t, f, c)
	}
}

// all wants each of the checks to be content.
func all(checks ...func(*faulttest.World) error) func(*faulttest.World) error {
	return func(w *faulttest.World) error {
		var errs []error
		for _, check := range checks {
			errs = append(errs, check(w))
		}
		return errors.Join(errs...)
	}
}

// cutOffFrom wants the table's rules to name so many nodes, each with its pods, the control
// plane's among them or not.
func cutOffFrom(table string, nodes int, controlPlane bool) func(*faulttest.World) error {
	return func(w *faulttest.World) error {
		rules := w.Nodes.Rules(table)
		named := strings.Contains(rules, "172.30.0.2,") && strings.Contains(rules, "10.244.0.0/24")
		if strings.Count(rules, "172.30.0.") != nodes || strings.Count(rules, "/24") != nodes || named != controlPlane {
			return fmt.Errorf("%d nodes are to be cut off, the control plane among them: %t; the rules are %s", nodes, controlPlane, rules)
		}
		return nil
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
