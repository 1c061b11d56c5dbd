package model_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

func TestTolerated(t *testing.T) {
	five, ten, never := int64(5), int64(10), int64(-1)
	lost, none := corev1.TaintNodeUnreachable, corev1.TaintEffectNoExecute
	w := &model.World{Settings: history.Settings{NotReadyToleration: 7 * time.Second}}
	for n, c := range []struct {
		tolerations []corev1.Toleration
		key, value  string
		want        time.Duration
	}{
		{nil, lost, "", 300 * s},
		{nil, corev1.TaintNodeNotReady, "", 7 * s},
		{nil, "other", "", 0},
		{[]corev1.Toleration{{Key: lost, Operator: corev1.TolerationOpExists, Effect: none, TolerationSeconds: &five}}, lost, "", 5 * s},
		{[]corev1.Toleration{{Key: lost, Operator: corev1.TolerationOpExists, TolerationSeconds: &ten}, {Operator: corev1.TolerationOpExists, TolerationSeconds: &five}}, lost, "", 5 * s},
		{[]corev1.Toleration{{Key: lost, Operator: corev1.TolerationOpExists}}, lost, "", model.Forever},
		{[]corev1.Toleration{{Key: lost, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule}}, lost, "", 300 * s},
		{[]corev1.Toleration{{Key: lost, Operator: corev1.TolerationOpExists, TolerationSeconds: &never}}, lost, "", 0},
		{[]corev1.Toleration{{Key: "k", Value: "v", TolerationSeconds: &five}}, "k", "v", 5 * s},
		{[]corev1.Toleration{{Key: "k", Value: "v", TolerationSeconds: &five}}, "k", "w", 0},
		{[]corev1.Toleration{{Key: "k", Operator: "Gt", Value: "1"}}, "k", "2", 0},
	} {
		if got := w.Tolerated(&corev1.PodSpec{Tolerations: c.tolerations}, c.key, c.value); got != c.want {
			t.Errorf("%d: %s tolerated for %s, want %s", n, c.key, got, c.want)
		}
	}
}
