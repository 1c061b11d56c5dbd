package faults_test

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
)

func TestNodeMemory(t *testing.T) {
	const file = "/run/seatrial-memory"
	has := func(want bool) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			if w.Nodes.Has("worker", file) != want || !w.Nodes.Timed("worker", "memory") {
				return fmt.Errorf("the file in memory is there: %t; a timer would remove it: %t", !want, w.Nodes.Timed("worker", "memory"))
			}
			return nil
		}
	}
	faulttest.Check(t, faults.NodeMemory(1<<20), faulttest.Case{Sees: pressed(corev1.NodeMemoryPressure), Broken: has(true), Undone: has(false)})
}
