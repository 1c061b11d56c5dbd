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

// A stopped kubelet is started again by a timer in its node if by nobody else.
func TestKubeletStop(t *testing.T) {
	const kubelet = "kubelet.service"
	count := func(w *faulttest.World) (stopped, timed int) {
		for _, node := range w.Nodes.Names("worker") {
			if w.Nodes.Stopped(node, kubelet) {
				stopped++
			}
			if w.Nodes.Timed(node, kubelet) {
				timed++
			}
		}
		return stopped, timed
	}
	want := func(n int) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			if stopped, timed := count(w); stopped != n || timed != n {
				return fmt.Errorf("%d kubelets stopped, %d to be started by a timer; want %d", stopped, timed, n)
			}
			return nil
		}
	}
	faulttest.Check(t, faults.KubeletStop(), faulttest.Case{
		Sees: state(history.SourceNode, "", "Unknown", nil), Broken: want(1), Undone: want(0),
	})
}
