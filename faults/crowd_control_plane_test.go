package faults_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// Whether the taint is there or was taken off: the control plane is bounded meanwhile.
func TestCrowdControlPlane(t *testing.T) {
	const key, node = "node-role.kubernetes.io/control-plane", "control-plane"
	tainted := func(w *faulttest.World) bool {
		n, err := w.Client().CoreV1().Nodes().Get(context.Background(), node, metav1.GetOptions{})
		return err == nil && len(n.Spec.Taints) == 1 && n.Spec.Taints[0].Key == key
	}
	for opened, sees := range map[bool]sees{
		true: func(w *faulttest.World, deed history.Mark, n int) { crowdRuns(w, node); burns(w, deed, n) },
		false: func(w *faulttest.World, deed history.Mark, _ int) {
			w.Record.State(history.Interval{Source: history.SourcePod, Subject: "batch-0", State: "Pending", From: deed.Latest,
				Attrs: history.Attrs{history.AttrReason: "Unschedulable"}})
		},
	} {
		faulttest.Check(t, faults.CrowdControlPlane(opened, 500*time.Millisecond), faulttest.Case{
			Before: func(w *faulttest.World) {
				n, err := w.Client().CoreV1().Nodes().Get(context.Background(), node, metav1.GetOptions{})
				if err != nil {
					panic(err)
				}
				n.Spec.Taints = []corev1.Taint{{Key: key, Effect: corev1.TaintEffectNoSchedule}}
				if _, err := w.Client().CoreV1().Nodes().Update(context.Background(), n, metav1.UpdateOptions{}); err != nil {
					panic(err)
				}
			},
			Sees: sees,
			Broken: func(w *faulttest.World) error {
				if !w.Nodes.Bound(node) || tainted(w) == opened {
					return fmt.Errorf("bounded %t, tainted %t", w.Nodes.Bound(node), tainted(w))
				}
				return nil
			},
			Undone: func(w *faulttest.World) error {
				if w.Nodes.Bound(node) || !tainted(w) {
					return fmt.Errorf("bounded %t, tainted %t", w.Nodes.Bound(node), tainted(w))
				}
				return nil
			},
		})
	}
}

// A taint that somebody else had taken off is not put there.
func TestCrowdAnOpenControlPlane(t *testing.T) {
	const node = "control-plane"
	faulttest.Check(t, faults.CrowdControlPlane(true, 500*time.Millisecond), faulttest.Case{
		Sees: func(w *faulttest.World, deed history.Mark, n int) { crowdRuns(w, node); burns(w, deed, n) },
		Undone: func(w *faulttest.World) error {
			n, err := w.Client().CoreV1().Nodes().Get(context.Background(), node, metav1.GetOptions{})
			if err == nil && len(n.Spec.Taints) > 0 {
				err = fmt.Errorf("taints %v", n.Spec.Taints)
			}
			return err
		},
	})
}

// crowdRuns has the crowd run on the node, and the API server not tell.
func crowdRuns(w *faulttest.World, node string) {
	for n := range 4 {
		w.Nodes.Run(node, fmt.Sprintf("batch-%d", n), "b")
	}
}
