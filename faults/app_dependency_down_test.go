package faults_test

import (
	"context"
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestDependencyDown(t *testing.T) {
	size := func(want int32) func(w *faulttest.World) error {
		return func(w *faulttest.World) error {
			for name, n := range map[string]int32{web.Backend: want, web.Name: 2} {
				d, err := w.Client().AppsV1().Deployments(faulttest.Namespace).Get(context.Background(), name, metav1.GetOptions{})
				if err != nil {
					return err
				}
				if *d.Spec.Replicas != n {
					return fmt.Errorf("%s has %d replicas, want %d", name, *d.Spec.Replicas, n)
				}
			}
			return nil
		}
	}
	faulttest.Check(t, faults.DependencyDown(web.Backend), faulttest.Case{
		App:  web.App(web.Replicas(2), web.WithBackend()),
		Sees: state(history.SourcePod, "", "Terminating", nil), Broken: size(0), Undone: size(1),
	})
}
