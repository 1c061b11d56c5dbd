package model_test

import (
	"fmt"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// The first row is the example of the Deployment page, the others are those of
// Kubernetes' own tests (controller/deployment/sync_test.go TestScale), which have no surge.
func TestProportion(t *testing.T) {
	for _, c := range []struct {
		name              string
		sizes             []int // the oldest first
		before, to, surge int
		want              []int
	}{
		{"the documentation's", []int{8, 5}, 13, 15, 3, []int{11, 7}},
		{"5 -> 10", []int{3, 2}, 5, 10, 0, []int{6, 4}},
		{"5 -> 3", []int{3, 2}, 5, 3, 0, []int{2, 1}},
		{"9 -> 4", []int{1, 8}, 9, 4, 0, []int{0, 4}},
		{"7 -> 10", []int{2, 3, 2}, 7, 10, 0, []int{3, 4, 3}},
		{"13 -> 8", []int{3, 8, 2}, 13, 8, 0, []int{2, 5, 1}},
		{"left over: 3 -> 4", []int{1, 1, 1}, 3, 4, 0, []int{1, 1, 2}},
		{"left over: 3 -> 2", []int{1, 1, 1}, 3, 2, 0, []int{0, 1, 1}},
		{"no newest: 4 -> 5", []int{2, 2}, 4, 5, 0, []int{2, 3}},
		{"6 -> 0", []int{1, 2, 3}, 6, 0, 0, []int{0, 0, 0}},
		{"an empty one stays empty", []int{0, 8, 5}, 13, 15, 3, []int{0, 11, 7}},
		{"nothing to add", []int{3, 1}, 4, 3, 1, []int{3, 1}},
		{"nothing there", []int{0, 0}, 4, 3, 1, []int{0, 0}},
	} {
		got := model.Proportion(c.sizes, c.before, model.Bounds{Replicas: c.to, Surge: c.surge})
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestRolledBy(t *testing.T) {
	one := model.RolledBy{Surge: 1, Pods: 10, Total: 50 * s, Longest: 5 * s}
	two := model.RolledBy{Surge: 2, Pods: 10, Total: 50 * s, Longest: 5 * s}
	ends(t, one.Took(), 50*s, 61*s)
	ends(t, two.Took(), 25*s, 34*s)
	from, to := two.Ratio(one)
	if fmt.Sprintf("%.2f..%.2f", from, to) != "0.41..0.68" {
		t.Errorf("ratio %f..%f", from, to)
	}
	// Pods that take twice as long when two are in the making leave nothing of the gain.
	two.Total, two.Longest = 100*s, 10*s
	if from, to = two.Ratio(one); from > 1 || to < 1 {
		t.Errorf("ratio %f..%f, 1 must be in it", from, to)
	}
}

func TestInForce(t *testing.T) {
	d := deployment(3, rolling("1", "0"))
	now := model.InForce(d, 5, "2/1")
	if *now.Spec.Replicas != 5 || now.Spec.Strategy.RollingUpdate.MaxSurge.IntVal != 2 || *d.Spec.Replicas != 3 || d.Spec.Strategy.RollingUpdate.MaxSurge.IntVal != 1 {
		t.Errorf("got %+v, from %+v", now.Spec, d.Spec)
	}
}

func TestRolledOutDespite(t *testing.T) {
	w := world(t)
	w.Settings = history.Settings{ProxyMinSync: s, NodeMonitorPeriod: s, NodeMonitorGracePeriod: 8 * s, UnreachableToleration: 5 * s,
		Kubelets: map[string]history.Kubelet{"n": {LeaseDuration: 8 * s}}}
	boots := func(d *appsv1.Deployment) {
		rolling("1", "0")(d)
		d.Spec.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "BOOT_TIME", Value: "3s"}}
	}
	got, err := w.RolledOutDespite(deployment(3, boots), "n")
	if err != nil {
		t.Fatal(err)
	}
	ends(t, got, 9*s, 92100*time.Millisecond)
	if _, err := w.RolledOutDespite(deployment(1, func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers = nil }), "n"); err == nil {
		t.Error("no container: no error")
	}
}

// A node that dies in a rollout costs at most what it costs otherwise, and maybe nothing.
func TestLossInARollout(t *testing.T) {
	w := world(t)
	for hit, share := range map[int]float64{1: 1.0 / 3, 3: 1} {
		at := situation(deployment(3, nil), 3, hit)
		calm, err := w.Loss("node/kill", at, fresh)
		if err != nil {
			t.Fatal(err)
		}
		at.Rolling = true
		rolling, err := w.Loss("node/kill", at, fresh)
		if err != nil {
			t.Fatal(err)
		}
		if rolling.Span.From > fresh.Interval() || rolling.Span.To != calm.Span.To || rolling.Share != share || rolling.Longest.To != calm.Longest.To {
			t.Errorf("%d of 3 hit: %s, without a rollout %s", hit, rolling, calm)
		}
	}
}

// The pods of a bare ReplicaSet are as its template says, and no Deployment's.
func TestBareReplicaSet(t *testing.T) {
	r := appsv1.ReplicaSet{TypeMeta: metav1.TypeMeta{Kind: "ReplicaSet"}, ObjectMeta: metav1.ObjectMeta{Name: "web"}}
	r.Spec.Template.Spec.Containers = []corev1.Container{{Name: "web"}}
	w := world(t, r)
	if len(w.ReplicaSets) != 1 || model.Serving(w.Spec("web-x", "ReplicaSet/web")) == nil || w.DeploymentOf("ReplicaSet/web") != nil || w.Spec("web-x", "ReplicaSet/other") != nil {
		t.Errorf("got %+v", w)
	}
}
