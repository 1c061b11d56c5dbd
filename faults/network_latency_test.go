package faults_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// An answer that takes both ways' delay shows it; one that is quick does not.
func TestLatency(t *testing.T) {
	const table = "seatrial-late-" + faulttest.Namespace
	faulttest.Check(t, faults.Latency(100*time.Millisecond), faulttest.Case{
		Before: func(w *faulttest.World) { relays(w); w.Nodes.Late(3) },
		Sees:   func(w *faulttest.World, _ history.Mark, _ int) { w.Nodes.Late(204); w.Nodes.Drop(1) },
		Broken: filtered(1, table, table),
		Undone: func(w *faulttest.World) error {
			_, err := w.Client().CoreV1().Pods(faulttest.Namespace).Get(context.Background(), "seatrial-relay", metav1.GetOptions{})
			if !apierrors.IsNotFound(err) {
				return fmt.Errorf("the relay is there still: %w", err)
			}
			return filtered(0, table, table)(w)
		},
	})
}

// relays has a relay's pod run once it is there.
func relays(w *faulttest.World) {
	pods := w.Client().CoreV1().Pods(faulttest.Namespace)
	go func() {
		for range 500 {
			time.Sleep(10 * time.Millisecond)
			p, err := pods.Get(context.Background(), "seatrial-relay", metav1.GetOptions{})
			if err != nil {
				continue
			}
			p.Status = corev1.PodStatus{Phase: corev1.PodRunning, PodIP: "10.244.1.9",
				Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}}
			_, _ = pods.Update(context.Background(), p, metav1.UpdateOptions{})
			return
		}
	}()
}

// Where a node's kernel has netem there is no relay.
func TestLatencyByNetem(t *testing.T) {
	const timer = "netem-" + faulttest.Namespace
	faulttest.Check(t, faults.Latency(100*time.Millisecond), faulttest.Case{
		Before: func(w *faulttest.World) { w.Nodes.HaveNetem(); w.Nodes.Late(3) },
		Sees:   func(w *faulttest.World, _ history.Mark, _ int) { w.Nodes.Late(404); w.Nodes.Drop(1) },
		Broken: filtered(1, "veth0", timer), Undone: filtered(0, "veth0", timer),
	})
}

// An answer that is late for other reasons shows nothing, nor does a detour that costs nothing.
func TestLatencyThatIsNone(t *testing.T) {
	for _, before := range []func(*faulttest.World){
		func(w *faulttest.World) { relays(w); w.Nodes.Late(204) },
		func(w *faulttest.World) { relays(w); w.Nodes.Late(3); w.Nodes.Drop(1) },
		func(w *faulttest.World) { w.Nodes.HaveNetem(); w.Nodes.Late(404) },
	} {
		faulttest.Unseen(t, faults.Latency(100*time.Millisecond), faulttest.Case{Before: before})
	}
}
