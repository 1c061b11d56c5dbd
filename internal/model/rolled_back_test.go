package model_test

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/model"
)

func TestRolledBack(t *testing.T) {
	w := world(t)
	d := deployment(3, func(d *appsv1.Deployment) {
		rolling("1", "0")(d)
		d.Spec.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "BOOT_TIME", Value: "3s"}}
	})
	got, err := w.RolledBack(d, fresh)
	if err != nil {
		t.Fatal(err)
	}
	ends(t, got, 7860*ms, 52900*ms)
	if got, err = w.RolledBack(d, reused); err != nil {
		t.Fatal(err)
	}
	ends(t, got, 7860*ms, 85900*ms)
	for _, broken := range []func(*appsv1.Deployment){rolling("many", "0"), func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers = nil }} {
		if _, err := w.RolledBack(deployment(3, broken), fresh); err == nil {
			t.Error("an object that cannot be read: no error")
		}
	}
	ends(t, w.ScaledDown(), 0, 5*s)
}

func TestReplacedByHand(t *testing.T) {
	w := world(t)
	grace := int64(30)
	spec := &corev1.PodSpec{TerminationGracePeriodSeconds: &grace,
		Containers: []corev1.Container{{Name: "web", Env: []corev1.EnvVar{{Name: "BOOT_TIME", Value: "5s"}}}}}
	ends(t, w.ReplacedByHand(spec, fresh), 5*s, 47900*ms)
	spec.Containers[0].Env = nil
	ends(t, w.ReplacedByHand(spec, fresh), 20*ms, 47900*ms)
}

func TestProgressReasons(t *testing.T) {
	for end, want := range map[string]string{
		"NewReplicaSetAvailable":   "NewReplicaSetCreated ReplicaSetUpdated NewReplicaSetAvailable",
		"ProgressDeadlineExceeded": "NewReplicaSetCreated ReplicaSetUpdated ProgressDeadlineExceeded, NewReplicaSetCreated ProgressDeadlineExceeded",
	} {
		var ways []string
		for _, way := range model.ProgressReasons(end) {
			ways = append(ways, strings.Join(way, " "))
		}
		if got := strings.Join(ways, ", "); got != want {
			t.Errorf("%s: got %s, want %s", end, got, want)
		}
	}
}
