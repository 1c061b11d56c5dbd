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
			if there, timed := w.Nodes.Has("worker", file), w.Nodes.Timed("worker", "memory-"+faulttest.Namespace); there != want || timed != want {
				return fmt.Errorf("the file in memory is there: %t; a timer would remove it: %t", there, timed)
			}
			return nil
		}
	}
	faulttest.Check(t, faults.NodeMemory(1<<20), faulttest.Case{Sees: pressed(corev1.NodeMemoryPressure), Broken: has(true), Undone: has(false)})
}
