package kube

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/trial"
	"github.com/seatrial/seatrial/suites"
)

// The load of a trial that is held goes on for as long as a learner may think, and its
// trial after that; any other is bounded by the trial.
func TestLoadWhileSomebodyThinks(t *testing.T) {
	t.Parallel()
	r := &runner{&Rig{Cluster: &Cluster{NetNS: "/proc/1/ns/net"}}}
	service := &corev1.Service{Spec: corev1.ServiceSpec{ClusterIP: "10.96.0.9", Ports: []corev1.ServicePort{{Port: 80}}}}
	free := plan(suites.Namespace)
	free.Load = suites.Steady(50)
	held := free
	held.Pause = func() error { return nil }
	for _, c := range []struct {
		of   trial.Plan
		want time.Duration
	}{{free, maxLoad}, {held, maxLoad + maxThought}} {
		got, err := r.loadPlan(c.of, service, 3, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got.MaxDuration != c.want || len(got.Lanes) != 2 {
			t.Errorf("held %t: %s at most on %d lanes, want %s", c.of.Pause != nil, got.MaxDuration, len(got.Lanes), c.want)
		}
	}
}
