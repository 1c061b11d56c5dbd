package faults_test

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestNodeTaint(t *testing.T) {
	const key = "seatrial.dev/closed"
	want := func(n int) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			tainted := 0
			for _, node := range w.Nodes.Names("worker") {
				found, err := w.Client().CoreV1().Nodes().Get(t.Context(), node, metav1.GetOptions{})
				if err != nil {
					return err
				}
				for _, taint := range found.Spec.Taints {
					if taint.Key == key && taint.Effect == "NoSchedule" {
						tainted++
					}
				}
			}
			if tainted != n {
				return fmt.Errorf("%d workers are tainted, want %d", tainted, n)
			}
			return nil
		}
	}
	faulttest.Check(t, faults.NodeTaint(key), faulttest.Case{
		Sees:   state(history.SourceTaint, "/"+key+":NoSchedule", "present", nil),
		Broken: want(3), Undone: want(0),
	})
}
