package faults_test

import (
	"context"
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func podsLeft(want int) func(w *faulttest.World) error {
	return func(w *faulttest.World) error {
		list, err := w.Client().CoreV1().Pods(faulttest.Namespace).List(context.Background(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		if len(list.Items) != want {
			return fmt.Errorf("%d pods are left, want %d", len(list.Items), want)
		}
		return nil
	}
}

func TestPodDelete(t *testing.T) {
	faulttest.Check(t, faults.PodDelete(faults.OnePod), faulttest.Case{Before: running, Broken: podsLeft(2), Sees: gone})
	faulttest.Check(t, faults.PodDelete(faults.AllPods), faulttest.Case{Before: running, Broken: podsLeft(0),
		Sees: state(history.SourcePod, "", "Terminating", nil)})
}
