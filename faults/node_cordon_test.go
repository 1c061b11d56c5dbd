package faults_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestNodeCordon(t *testing.T) {
	faulttest.Check(t, faults.NodeCordon(), faulttest.Case{
		Sees:   state(history.SourceTaint, "/node.kubernetes.io/unschedulable:NoSchedule", "present", nil),
		Broken: cordoned(1), Undone: cordoned(0),
	})
}

// cordoned wants so many nodes to be closed.
func cordoned(want int) func(w *faulttest.World) error {
	return func(w *faulttest.World) error {
		list, err := w.Client().CoreV1().Nodes().List(context.Background(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		got := 0
		for _, n := range list.Items {
			if n.Spec.Unschedulable {
				got++
			}
		}
		if got != want {
			return fmt.Errorf("%d nodes are cordoned, want %d", got, want)
		}
		return nil
	}
}

// What somebody else has closed is neither closed nor opened again by a drain.
func TestDrainLeavesCordonsOfOthers(t *testing.T) {
	w := faulttest.NewWorld(web.App(web.Replicas(3)))
	nodes := w.Client().CoreV1().Nodes()
	theirs, err := nodes.Get(t.Context(), "worker", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	theirs.Spec.Unschedulable = true
	if _, err := nodes.Update(t.Context(), theirs, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second) // nobody sees its pods go
	defer cancel()
	_ = faults.NodeDrain().Inject(ctx, w.Site())
	for _, s := range w.Steps() {
		if s.Args["node"] == "worker" {
			t.Errorf("it would be opened again: %s", s.Says)
		}
	}
	if len(w.Steps()) != 2 {
		t.Errorf("%d nodes would be opened again, want the 2 others", len(w.Steps()))
	}
}
