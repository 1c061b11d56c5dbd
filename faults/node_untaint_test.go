package faults_test

import (
	"context"
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

const pressure = "node.kubernetes.io/disk-pressure"

// tainted puts the taint, and another one, on one worker.
func tainted(w *faulttest.World) {
	nodes := w.Client().CoreV1().Nodes()
	n, err := nodes.Get(context.Background(), "worker2", metav1.GetOptions{})
	if err != nil {
		panic(err)
	}
	n.Spec.Taints = []corev1.Taint{{Key: pressure, Effect: corev1.TaintEffectNoSchedule}, {Key: "mine", Effect: corev1.TaintEffectNoExecute}}
	if _, err := nodes.Update(context.Background(), n, metav1.UpdateOptions{}); err != nil {
		panic(err)
	}
	w.Record.State(history.Interval{Source: history.SourceTaint, Subject: "worker2/" + pressure + ":NoSchedule", State: "present"})
}

func TestNodeUntaint(t *testing.T) {
	faulttest.Check(t, faults.NodeUntaint(pressure), faulttest.Case{
		Before: tainted,
		Sees: func(w *faulttest.World, deed history.Mark, _ int) {
			w.Record.End(history.SourceTaint, deed.Targets[0]+"/"+pressure+":NoSchedule", w.Record.Clock().Now())
		},
		Broken: func(w *faulttest.World) error {
			n, err := w.Client().CoreV1().Nodes().Get(context.Background(), "worker2", metav1.GetOptions{})
			if err != nil || len(n.Spec.Taints) != 1 || n.Spec.Taints[0].Key != "mine" {
				return fmt.Errorf("taints %v, error %w", n.Spec.Taints, err)
			}
			return nil
		},
	})
}

// Where no node has the taint there is nothing to break, and nobody says so.
func TestNodeUntaintFindsNone(t *testing.T) {
	faulttest.Unseen(t, faults.NodeUntaint(pressure), faulttest.Case{})
}
