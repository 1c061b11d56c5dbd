package faults_test

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

func TestCrashAtStart(t *testing.T) {
	faulttest.Check(t, faults.CrashAtStart(4, faults.AllPods), faulttest.Case{
		Sees: state(history.SourceContainer, "/web", "waiting", history.Attrs{history.AttrReason: "CrashLoopBackOff"}),
		Broken: func(w *faulttest.World) error {
			if crash, exit := turned(w, workloads.KnobCrashAtStart), turned(w, workloads.KnobExit); len(crash) != 3 || len(exit) != 3 || crash[2] != "web-1-c=4" {
				return fmt.Errorf("%v, %v", crash, exit)
			}
			return nil
		},
		Undone: func(w *faulttest.World) error {
			left, err := w.Client().CoreV1().Pods(faulttest.Namespace).List(t.Context(), metav1.ListOptions{})
			if err != nil || len(left.Items) > 0 {
				return fmt.Errorf("%d of those that crash are there still, %w", len(left.Items), err)
			}
			return nil
		},
	})
}
