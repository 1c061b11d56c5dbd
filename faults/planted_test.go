package faults_test

import (
	"context"
	"errors"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
)

func TestNoOpIsNotBelieved(t *testing.T) {
	faulttest.Unseen(t, faults.NoOp(), faulttest.Case{})
}

func TestLeaky(t *testing.T) {
	labelled := func(w *faulttest.World) bool {
		list, err := w.Client().CoreV1().Nodes().List(context.Background(), metav1.ListOptions{LabelSelector: faults.LeakyLabel})
		return err != nil || len(list.Items) > 0
	}
	faulttest.Check(t, faults.Leaky(), faulttest.Case{
		Before: running, Sees: gone, OfTheRun: faults.UndoNodeLabel,
		Broken: func(w *faulttest.World) error {
			if !labelled(w) {
				return errors.New("no node has the label")
			}
			return nil
		},
		Undone: func(w *faulttest.World) error { // by the run's own step; the trial's does nothing
			if labelled(w) {
				return errors.New("a node has the label still")
			}
			return nil
		},
	})
}
