package model_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/model"
)

func TestFollows(t *testing.T) {
	w, c := world(t), &corev1.Container{ReadinessProbe: http(1, 1, 3)}
	ends(t, w.FollowsDown(c), 2*s, 9*s)
	ends(t, w.FollowsUp(c), 0, 7*s)
	ends(t, w.FollowsDown(&corev1.Container{}), model.Forever, model.Forever)
}

func TestDependsOn(t *testing.T) {
	for value, want := range map[string]string{"backend:8080": "backend", "backend": "backend", "": ""} {
		if got := model.DependsOn(&corev1.Container{Env: []corev1.EnvVar{{Name: "DEPENDENCY", Value: value}}}); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
	if got := model.DependsOn(&corev1.Container{}); got != "" {
		t.Errorf("nothing said: %q", got)
	}
}
