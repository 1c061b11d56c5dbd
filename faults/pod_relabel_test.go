package faults_test

import (
	"context"
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

// labelled checks that so many pods have the value of the label.
func labelled(label, value string, want int) func(w *faulttest.World) error {
	return func(w *faulttest.World) error {
		list, err := w.Client().CoreV1().Pods(faulttest.Namespace).List(context.Background(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		n := 0
		for _, p := range list.Items {
			if got, ok := p.Labels[label]; ok && got == value {
				n++
			}
		}
		if n != want {
			return fmt.Errorf("%d pods have %s=%s, want %d", n, label, value, want)
		}
		return nil
	}
}

func TestRelabel(t *testing.T) {
	const label = workloads.LabelComponent
	faulttest.Check(t, faults.Relabel(label, "debug", faults.OnePod), faulttest.Case{Before: running,
		Sees: state(history.SourcePod, "", "Running", nil), Broken: labelled(label, "debug", 1), Undone: labelled(label, "server", 3)})
	// Taken off, and seen by the pods' leaving the EndpointSlice.
	faulttest.Check(t, faults.Relabel(label, "", faults.AllPods), faulttest.Case{
		Before: func(w *faulttest.World) {
			for _, pod := range w.Pods() {
				w.Record.State(history.Interval{Source: history.SourceEndpoint, Subject: pod, State: "ready"})
			}
		},
		Sees: func(w *faulttest.World, deed history.Mark, _ int) {
			for _, pod := range deed.Targets {
				w.Record.End(history.SourceEndpoint, pod, deed.Latest)
			}
		},
		Broken: labelled(label, "server", 0), Undone: labelled(label, "server", 3),
	})
	// A label that was not there is taken off again.
	faulttest.Check(t, faults.Relabel("mine", "yes", faults.OnePod), faulttest.Case{Before: running,
		Sees: state(history.SourcePod, "", "Running", nil), Broken: labelled("mine", "yes", 1), Undone: labelled("mine", "yes", 0)})
}
