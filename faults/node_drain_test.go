package faults_test

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

// A drain closes the nodes first and then takes the app's pods: none that a budget keeps,
// though the nodes stay closed, else all of them.
func TestNodeDrain(t *testing.T) {
	want := func(cordoned, pods int) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			nodes, err := w.Client().CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
			if err != nil {
				return err
			}
			closed := 0
			for _, n := range nodes.Items {
				if n.Spec.Unschedulable {
					closed++
				}
			}
			left, err := w.Client().CoreV1().Pods(faulttest.Namespace).List(t.Context(), metav1.ListOptions{})
			if err != nil || closed != cordoned || len(left.Items) != pods {
				return fmt.Errorf("%d nodes closed, %d pods left, %w; want %d and %d", closed, len(left.Items), err, cordoned, pods)
			}
			return nil
		}
	}
	faulttest.Check(t, faults.NodeDrainWithin(time.Second), faulttest.Case{
		App:    web.App(web.Replicas(3), web.Budget(3)),
		Before: running,
		Sees:   state(history.SourceTaint, "/node.kubernetes.io/unschedulable:NoSchedule", "present", nil),
		Broken: want(3, 3), Undone: want(0, 3),
	})
	faulttest.Check(t, faults.NodeDrain(), faulttest.Case{
		Before: running,
		Sees: func(w *faulttest.World, _ history.Mark, _ int) {
			for _, pod := range w.Pods() {
				w.Record.End(history.SourcePod, pod, w.Record.Clock().Now())
			}
		},
		Broken: want(3, 0), Undone: want(0, 0),
	})
}
