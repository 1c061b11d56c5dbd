package trial

import (
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// Only pods that tolerate the loss of their node for ever stay on it, and only while it is lost.
func TestStaying(t *testing.T) {
	world := &model.World{Deployments: make([]model.Deployment, 2)}
	world.Deployments[0].ObjectMeta = metav1.ObjectMeta{Name: "companion"}
	world.Deployments[0].Spec.Template.Spec.Tolerations = []corev1.Toleration{
		{Key: corev1.TaintNodeUnreachable, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute}}
	world.Deployments[1].ObjectMeta = metav1.ObjectMeta{Name: "web"}
	pod := func(owner, node string) history.Interval {
		return history.Interval{Attrs: history.Attrs{history.AttrOwner: owner, history.AttrNode: node}}
	}
	pods := map[string]history.Interval{
		"companion-7c-a": pod("ReplicaSet/companion-7c", "w1"), "companion-7c-b": pod("ReplicaSet/companion-7c", "w2"),
		"web-7c-a": pod("ReplicaSet/web-7c", "w1"), "bare": pod("", "w1"), "waits": pod("ReplicaSet/companion-7c", ""),
	}
	nodes := map[string]history.Interval{"w1": {State: "Unknown"}, "w2": {State: "True"}}
	r := &run{world: world}
	if got := r.staying(pods, nodes); !maps.Equal(got, map[string]int{"Deployment/companion": 1}) {
		t.Errorf("%v stay", got)
	}
	nodes["w1"] = history.Interval{State: "True"}
	if got := r.staying(pods, nodes); len(got) != 0 {
		t.Errorf("%v stay on nodes that are back", got)
	}
}
