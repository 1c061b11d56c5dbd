package faults_test

import (
	"errors"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestNodeKill(t *testing.T) {
	down := func(w *faulttest.World) int {
		n := 0
		for _, node := range w.Nodes.Names("worker") {
			if w.Nodes.Down(node) {
				n++
			}
		}
		return n
	}
	faulttest.Check(t, faults.NodeKill(), faulttest.Case{
		Sees: state(history.SourceNode, "", "Unknown", nil),
		Broken: func(w *faulttest.World) error {
			if down(w) != 1 {
				return errors.New("not one node is down")
			}
			return nil
		},
		Undone: func(w *faulttest.World) error {
			if down(w) != 0 {
				return errors.New("a node is down still")
			}
			return nil
		},
	})
}
