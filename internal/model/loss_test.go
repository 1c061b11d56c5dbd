package model_test

import (
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

var (
	fresh  = history.LanePlan{Lane: history.LaneFresh, Rate: 50, Timeout: 900 * time.Millisecond}
	reused = history.LanePlan{Lane: history.LaneReused, Rate: 50, Timeout: 900 * time.Millisecond, Connections: 24}
)

const ms = time.Millisecond

func situation(d *appsv1.Deployment, endpoints, hit int) model.Situation {
	return model.Situation{Spec: &d.Spec.Template.Spec, Deployment: d, Owned: true, Node: "n", Nodes: 1, Endpoints: endpoints, Hit: hit}
}

func drains(d *appsv1.Deployment) {
	d.Spec.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "DRAIN", Value: "5s"}}
}

func deaf(d *appsv1.Deployment)   { d.Spec.Template.Spec.Containers[0].LivenessProbe = nil }
func unread(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].ReadinessProbe = nil }
func asksReady(d *appsv1.Deployment) {
	d.Spec.Template.Spec.Containers[0].ReadinessProbe.HTTPGet.Path = "/ready"
}

func TestLoss(t *testing.T) {
	w := world(t)
	const ever = model.Forever
	recreate := func(d *appsv1.Deployment) { d.Spec.Strategy.Type = appsv1.RecreateDeploymentStrategyType }
	for _, c := range []struct {
		name, fault    string
		change         func(*appsv1.Deployment)
		endpoints, hit int
		lane           history.LanePlan
		from, to       time.Duration // of the span
		longest        time.Duration
	}{
		{"nothing broken", "", nil, 3, 0, fresh, 0, 0, 0},
		{"deleted, drains", "pod/delete", drains, 3, 1, fresh, 0, 0, 0},
		{"deleted, drains", "pod/delete", drains, 3, 1, reused, 0, 0, 0},
		{"deleted, exits at once", "pod/delete", nil, 3, 1, fresh, 0, 3920 * ms, 400 * ms},
		{"deleted, exits at once", "pod/delete", nil, 3, 1, reused, 0, 4380 * ms, 4380 * ms},
		{"the only one deleted", "pod/delete", nil, 1, 1, fresh, 20 * ms, 16900 * ms, 16900 * ms},
		{"killed by the kernel", "app/oom", nil, 3, 1, fresh, 0, 5920 * ms, 400 * ms},
		{"the only one killed", "app/oom", nil, 1, 1, fresh, 20 * ms, 14900 * ms, 14900 * ms},
		{"stuck, readiness sees it", "app/deadlock", nil, 3, 1, fresh, 0, 7920 * ms, 420 * ms},
		{"stuck, liveness alone", "app/deadlock", unread, 3, 1, fresh, 400 * ms, 43920 * ms, 440 * ms},
		{"stuck, nobody looks", "app/deadlock", func(d *appsv1.Deployment) { deaf(d); unread(d) }, 3, 1, fresh, ever, ever, 700 * ms},
		{"the only one stuck for ever", "app/deadlock", deaf, 1, 1, fresh, ever, ever, ever},
		{"evicted, drains", "pod/evict", drains, 3, 1, fresh, 0, 0, 0},
		{"exits by itself", "app/exit", nil, 3, 1, fresh, 0, 5920 * ms, 400 * ms},
		{"the only one killed by hand", "container/kill", nil, 1, 1, fresh, 20 * ms, 14900 * ms, 14900 * ms},
		{"500 to all, readiness sees it", "app/heap-exhausted", nil, 3, 1, fresh, 0, 7920 * ms, 420 * ms},
		{"500 to all, nobody looks", "app/heap-exhausted", func(d *appsv1.Deployment) { deaf(d); unread(d) }, 3, 1, fresh, ever, ever, 700 * ms},
		{"out of its Service", "pod/relabel", nil, 3, 1, reused, 0, 0, 0},
		{"its file is gone", "app/readiness-file", nil, 3, 1, fresh, 0, 0, 0},
		{"its file is gone", "app/readiness-file", nil, 3, 1, reused, 0, 0, 0},
		{"no liveness probe", "app/live-code", deaf, 3, 1, fresh, 0, 0, 0},
		{"spinning, readiness sees it", "app/infinite-loop", nil, 3, 1, fresh, 0, 7920 * ms, 420 * ms},
		{"business fails, readiness asks for it", "app/fail-business", nil, 3, 1, fresh, 0, 7920 * ms, 420 * ms},
		{"business fails, readiness asks for it", "app/fail-business", nil, 3, 1, reused, 0, ever, ever},
		{"business fails, readiness asks on /ready", "app/fail-business", asksReady, 3, 1, fresh, ever, ever, 700 * ms},
		{"the business of all fails", "app/fail-business", nil, 3, 3, fresh, 20 * ms, ever, ever},
		{"it says that it is unready", "app/unready", nil, 3, 1, fresh, 0, 0, 0},
		{"one node of three", "node/kill", nil, 3, 1, fresh, 38 * s, 65920 * ms, 460 * ms},
		{"all on that node", "node/kill", nil, 3, 3, fresh, 338700 * ms, 389 * s, 389 * s},
		{"updated with care", "rollout/update", drains, 3, 0, fresh, 0, 0, 0},
		{"updated without readiness", "rollout/update", unread, 3, 0, fresh, 0, 32 * s, 32 * s},
		{"bad image", "rollout/bad-image", nil, 3, 0, fresh, 0, 0, 0},
		{"bad image, Recreate", "rollout/bad-image", recreate, 3, 0, fresh, 20 * ms, ever, ever},
		{"crash loop", "rollout/crash-loop", nil, 3, 0, fresh, 0, 0, 0},
		{"crash loop, no readiness", "rollout/crash-loop", unread, 3, 0, fresh, 0, 32 * s, 32 * s},
		{"over its quota, no readiness", "rollout/quota", unread, 3, 0, fresh, 0, 0, 0},
	} {
		t.Run(c.fault+", "+c.name+", "+c.lane.Lane, func(t *testing.T) {
			l, err := w.Loss(c.fault, situation(deployment(3, c.change), c.endpoints, c.hit), c.lane)
			if err != nil {
				t.Fatal(err)
			}
			if l.Span.From.Round(10*ms) != c.from.Round(10*ms) || l.Span.To != c.to {
				t.Errorf("span %s..%s, want %s..%s: %s", l.Span.From, l.Span.To, c.from, c.to, l)
			}
			if l.Longest.To != c.longest {
				t.Errorf("longest %s, want %s", l.Longest.To, c.longest)
			}
			if l.Span.Reasons() == "" {
				t.Error("no source")
			}
		})
	}
}

func TestLossSwitch(t *testing.T) {
	w, at := world(t), situation(deployment(3, nil), 3, 0)
	at.Standby = true
	if l, err := w.Loss("rollout/switch", at, fresh); err != nil || !l.Nothing() {
		t.Errorf("ready: got %v, %v", l, err)
	}
	at.Standby = false
	if l, err := w.Loss("rollout/switch", at, fresh); err != nil || l.Longest.To == 0 {
		t.Errorf("not ready: got %v, %v", l, err)
	}
}

func TestLossUnknown(t *testing.T) {
	w, at := world(t), situation(deployment(3, nil), 3, 1)
	if _, err := w.Loss("pressure/disk-full", at, fresh); err == nil || !strings.Contains(err.Error(), "says nothing") {
		t.Errorf("a fault without a model is an error, got %v", err)
	}
	at.Endpoints = 0
	if _, err := w.Loss("app/oom", at, fresh); err == nil {
		t.Error("no endpoint: no error")
	}
	if _, err := w.Loss("app/oom", model.Situation{Endpoints: 3, Hit: 1}, fresh); err == nil {
		t.Error("no spec: no error")
	}
}

func TestStreak(t *testing.T) {
	for _, c := range []struct {
		p       float64
		n, want int
	}{{1.0 / 3, 500, 21}, {2.0 / 3, 1, 40}, {0, 9, 0}, {1, 9, 9}} {
		if got := model.Streak(c.p, c.n); got != c.want {
			t.Errorf("p %.2f, n %d: got %d, want %d", c.p, c.n, got, c.want)
		}
	}
}
