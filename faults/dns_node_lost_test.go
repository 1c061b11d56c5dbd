package faults_test

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// One replica is left, on a worker, which loses its power; the Deployment gets back all
// that was taken from it.
func TestDNSNodeLost(t *testing.T) {
	want := func(replicas int32, tolerations int, pinned, down bool) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			d, err := w.Client().AppsV1().Deployments("kube-system").Get(t.Context(), "coredns", metav1.GetOptions{})
			if err != nil {
				return err
			}
			got := *d.Spec.Replicas
			if pod := d.Spec.Template.Spec; got != replicas || len(pod.Tolerations) != tolerations || (pod.Affinity != nil) != pinned {
				return fmt.Errorf("%d replicas, tolerations %v, affinity %v", got, pod.Tolerations, pod.Affinity)
			}
			if w.Nodes.Down("worker2") != down {
				return fmt.Errorf("worker2 is down: %t", !down)
			}
			return nil
		}
	}
	faulttest.Check(t, faults.DNSNodeLost(), faulttest.Case{
		Before: withDNS,
		Sees: func(w *faulttest.World, deed history.Mark, n int) {
			if n == 1 {
				rolledDNS(w, 1)
				return
			}
			rolledDNS(w, 2) // as its controller will do once it is undone
			state(history.SourceNode, "", "Unknown", nil)(w, deed, n)
		},
		Broken: want(1, 3, true, true), Undone: want(2, 1, false, false),
	})
}
