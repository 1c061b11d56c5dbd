package model_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/seatrial/seatrial/internal/model"
)

// The examples of the doc comments.
func TestNodesThatReturn(t *testing.T) {
	c := &corev1.Container{Lifecycle: &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 2}}}}
	spec := &corev1.PodSpec{Containers: []corev1.Container{*c}}
	ends(t, model.GoneOnReturn(spec, c), 0, 95*s)
	ends(t, model.BackInPlace(&corev1.Container{}), 0, 8*s)
}

func TestDrained(t *testing.T) {
	w := &model.World{}
	ends(t, w.Drained(&corev1.Container{}, 2, 1), 0, 16*s)
	ends(t, w.Drained(&corev1.Container{}, 2, 2), 0, s)
	ends(t, w.Drained(&corev1.Container{}, 4, 2), 0, 16*s)
	ends(t, w.Drained(&corev1.Container{}, 2, 0), model.Forever, model.Forever)
}

func TestHealthy(t *testing.T) {
	one, quarter := intstr.FromInt32(1), intstr.FromString("25%")
	for _, c := range []struct {
		budget policyv1.PodDisruptionBudgetSpec
		pods   int
		want   int
	}{
		{policyv1.PodDisruptionBudgetSpec{MinAvailable: &one}, 2, 1},
		{policyv1.PodDisruptionBudgetSpec{MaxUnavailable: &quarter}, 8, 6},
		{policyv1.PodDisruptionBudgetSpec{MaxUnavailable: &quarter}, 3, 2}, // rounded up: one may go
		{policyv1.PodDisruptionBudgetSpec{MinAvailable: &quarter}, 3, 1},
	} {
		if got, err := model.Healthy(&policyv1.PodDisruptionBudget{Spec: c.budget}, c.pods); err != nil || got != c.want {
			t.Errorf("%+v of %d: %d, %v, want %d", c.budget, c.pods, got, err, c.want)
		}
	}
	if _, err := model.Healthy(&policyv1.PodDisruptionBudget{}, 3); err == nil {
		t.Error("a budget that says nothing is taken for one")
	}
}

func TestRestartedOnceBack(t *testing.T) {
	ends(t, (&model.World{}).RestartedOnceBack("w1"), 0, 18600*time.Millisecond)
}

func TestUnblocked(t *testing.T) {
	w, c := &model.World{}, &corev1.Container{}
	tainted, err := w.Unblocked("node/taint", c)
	if err != nil {
		t.Fatal(err)
	}
	ends(t, tainted, 0, 18*s)
	for _, fault := range []string{"controlplane/scheduler-stop", "controlplane/controller-manager-stop"} {
		got, err := w.Unblocked(fault, c)
		if err != nil {
			t.Fatal(err)
		}
		ends(t, got, 0, 52*s+400*time.Millisecond)
	}
	silent, err := w.Unblocked("controlplane/apiserver-stop", c)
	if err != nil {
		t.Fatal(err)
	}
	ends(t, silent, 0, 52*s+400*time.Millisecond+30*s+60*s+10*s)
	if _, err := w.Unblocked("pod/delete", c); err == nil {
		t.Error("the undo of pod/delete lets something go on")
	}
}
