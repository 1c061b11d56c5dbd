package model_test

import (
	"encoding/json"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

const s = time.Second

// ends checks both ends of a window, and that a millisecond beyond either is outside.
func ends(t *testing.T, w model.Window, from, to time.Duration) {
	t.Helper()
	if w.From != from || w.To != to {
		t.Errorf("got %s..%s, want %s..%s (%s)", w.From, w.To, from, to, w.Reasons())
	}
	if !w.Contains(from) || !w.Contains(to) {
		t.Errorf("%s does not contain its ends", w)
	}
	if w.Contains(from-time.Millisecond) || to != model.Forever && w.Contains(to+time.Millisecond) {
		t.Errorf("%s contains what lies beyond its ends", w)
	}
	if w.Reasons() == "" {
		t.Errorf("%s has no source", w.Range())
	}
}

func http(period, timeout, failures int32) *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:  corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/", Port: intstr.FromInt32(8080)}},
		PeriodSeconds: period, TimeoutSeconds: timeout, FailureThreshold: failures, SuccessThreshold: 1,
	}
}

func TestWindow(t *testing.T) {
	a, b := model.Between(s, 2*s, "a"), model.Between(3*s, 5*s, "b")
	ends(t, a.Plus(b), 4*s, 7*s)
	ends(t, model.Between(4*s, 9*s, "a").OrSooner(model.Between(2*s, 6*s, "b")), 2*s, 6*s)
	ends(t, a.Hull(b), s, 5*s)
	ends(t, a.Plus(model.Endless("never")), model.Forever, model.Forever)
	ends(t, a.Early(5*s, "c"), 0, 2*s)
	got := model.Between(2*s, 5400*time.Millisecond, "failureThreshold 3 x periodSeconds 1", "b").String()
	if want := "2.0s..5.4s: failureThreshold 3 x periodSeconds 1; b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := model.Endless("x").Range(); got != "never..never" {
		t.Errorf("got %q", got)
	}
}

func TestParseVersion(t *testing.T) {
	for in, want := range map[string]model.Version{
		"v1.36.3": {Major: 1, Minor: 36, Patch: 3}, "v1.37.0-rc.1+abc": {Major: 1, Minor: 37}, "1.9.0+k3s1": {Major: 1, Minor: 9},
	} {
		if got, err := model.ParseVersion(in); err != nil || got != want {
			t.Errorf("%s: got %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "v1", "v1.x.3", "v1.2.-3", "v1.2.3.4"} {
		if _, err := model.ParseVersion(in); err == nil {
			t.Errorf("%q: no error", in)
		}
	}
	if v := (model.Version{Major: 1, Minor: 9}); v.AtLeast(1, 10) || !v.AtLeast(1, 9) {
		t.Error("1.9 is before 1.10, and at least itself")
	}
}

func FuzzParseVersion(f *testing.F) {
	f.Add("v1.36.3")
	f.Fuzz(func(t *testing.T, in string) {
		if v, err := model.ParseVersion(in); err == nil {
			if again, err := model.ParseVersion(v.String()); err != nil || again != v {
				t.Errorf("%q: %v is not read back: %v, %v", in, v, again, err)
			}
		}
	})
}

func deployment(replicas int32, change func(*appsv1.Deployment)) *appsv1.Deployment {
	d := &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{Kind: "Deployment", APIVersion: "apps/v1"},
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
	}
	d.Spec.Replicas = &replicas
	grace := int64(30)
	d.Spec.Template.Spec.TerminationGracePeriodSeconds = &grace
	d.Spec.Template.Spec.Containers = []corev1.Container{{Name: "web", ReadinessProbe: http(1, 1, 1), LivenessProbe: http(1, 1, 3)}}
	if change != nil {
		change(d)
	}
	return d
}

func meta(t *testing.T, objects ...any) history.Meta {
	t.Helper()
	m := history.Meta{Version: "v1.36.3", Settings: history.Settings{ProxyMinSync: s, NodeMonitorPeriod: 5 * s, NodeMonitorGracePeriod: 50 * s}}
	for _, o := range objects {
		raw, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		m.Applied = append(m.Applied, raw)
	}
	return m
}

func world(t *testing.T, objects ...any) *model.World {
	t.Helper()
	w, err := model.NewWorld(meta(t, objects...))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestNewWorld(t *testing.T) {
	bare := corev1.Pod{TypeMeta: metav1.TypeMeta{Kind: "Pod"}, ObjectMeta: metav1.ObjectMeta{Name: "alone"}}
	w := world(t, deployment(3, nil), bare, map[string]string{"kind": "ConfigMap"})
	if w.DeploymentOf("ReplicaSet/web-7c9f") == nil || w.DeploymentOf("ReplicaSet/other-7c9f") != nil || w.DeploymentOf("StatefulSet/web") != nil {
		t.Error("an owner belongs to the Deployment whose name it has before its hash")
	}
	if w.Spec("alone", "") == nil || w.Spec("web-7c9f-x", "ReplicaSet/web-7c9f") == nil || w.Spec("stranger", "") != nil {
		t.Error("a pod's spec comes from its owner's template, or from the bare pod")
	}
	for _, raw := range []string{`{"metadata":{}}`, `[`, `{"kind":"Pod","spec":7}`} {
		m := meta(t)
		m.Applied = append(m.Applied, json.RawMessage(raw))
		if _, err := model.NewWorld(m); err == nil {
			t.Errorf("%s: no error", raw)
		}
	}
	if _, err := model.NewWorld(history.Meta{Version: "?"}); err == nil {
		t.Error("a version that cannot be read is an error")
	}
}

// The probes page of the documentation: periodSeconds 10, timeoutSeconds 1,
// failureThreshold 3 are the defaults.
func TestDecision(t *testing.T) {
	ends(t, model.Decision(http(10, 1, 3), model.Hanging), 20*s, 32*s)
	ends(t, model.Decision(http(10, 1, 3), model.AtOnce), 20*s, 32*s)
	ends(t, model.Decision(http(1, 1, 3), model.Hanging), 2*s, 5*s)
	// A time-out longer than the period stretches the period of a hanging probe only.
	ends(t, model.Decision(http(1, 4, 3), model.Hanging), 8*s, 17*s)
	ends(t, model.Decision(http(1, 4, 3), model.AtOnce), 2*s, 8*s)
	// The tutorial's exec probe: initialDelaySeconds 5, periodSeconds 5, failureThreshold 3.
	ends(t, model.Decision(http(5, 1, 3), model.AtOnce), 10*s, 17*s)
	ends(t, model.Passing(http(10, 1, 3)), 0, 12*s)
}

func TestHealthyCode(t *testing.T) {
	for code, want := range map[int]bool{199: false, 200: true, 204: true, 302: true, 399: true, 400: false, 404: false, 500: false, 503: false} {
		if model.HealthyCode(code) != want {
			t.Errorf("%d: want %v", code, want)
		}
	}
}

func TestSeesHang(t *testing.T) {
	tcp := &corev1.Probe{ProbeHandler: corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{}}}
	if model.SeesHang(nil) || model.SeesHang(tcp) || !model.SeesHang(http(1, 1, 1)) {
		t.Error("only a probe that waits for the app's answer sees it hang")
	}
}

func TestStarted(t *testing.T) {
	c := &corev1.Container{Env: []corev1.EnvVar{{Name: "BOOT_TIME", Value: "3s"}}}
	ends(t, model.Boot(c), 3*s, 4*s)
	ends(t, model.Started(c, model.Boot(c)), 0, 2*s) // ready when running, long before it can serve
	c.ReadinessProbe = http(1, 1, 1)
	ends(t, model.Started(c, model.Boot(c)), 3*s, 9*s)
	c.ReadinessProbe.InitialDelaySeconds = 10
	ends(t, model.Started(c, model.Boot(c)), 9*s, 16*s)
	c.StartupProbe = http(2, 1, 30)
	ends(t, model.Started(c, model.Boot(c)), 9*s, 16*s)
}

func TestStopped(t *testing.T) {
	grace, probeGrace := int64(30), int64(5)
	spec := &corev1.PodSpec{TerminationGracePeriodSeconds: &grace}
	c := &corev1.Container{LivenessProbe: http(1, 1, 1)}
	ends(t, model.Stopped(spec, c, model.Deleted), 0, 33*s)
	c.Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 5}}}
	ends(t, model.Stopped(spec, c, model.Deleted), 5*s, 33*s)
	ends(t, model.Terminated(spec, c, model.Deleted), 5*s, 6*s)
	c.LivenessProbe.TerminationGracePeriodSeconds = &probeGrace
	ends(t, model.Stopped(spec, c, model.LivenessFailed), 5*s, 8*s)
	ends(t, model.Stopped(spec, c, model.Deleted), 5*s, 33*s)
	c.Lifecycle.PreStop = &corev1.LifecycleHandler{Exec: &corev1.ExecAction{}}
	ends(t, model.Terminated(spec, c, model.Deleted), 0, 31*s)
	ends(t, model.Stopped(&corev1.PodSpec{}, &corev1.Container{}, model.Deleted), 0, 33*s)
}

// The pod lifecycle page: "10s, 20s, 40s, ..., capped at 300 seconds", reset after 10 minutes.
func TestBackoff(t *testing.T) {
	w := world(t)
	for n, want := range []time.Duration{0, 0, 10, 20, 40, 80, 160, 300, 300} {
		if got := w.Backoff("node", n); got != want*s {
			t.Errorf("exit %d: got %s, want %ds", n, got, want)
		}
	}
	w.Settings.Kubelets = map[string]history.Kubelet{"short": {MaxContainerRestartPeriod: 5 * s}, "mid": {MaxContainerRestartPeriod: 25 * s}}
	if w.Backoff("short", 2) != 5*s || w.Backoff("short", 9) != 5*s || w.Backoff("mid", 4) != 25*s {
		t.Error("maxContainerRestartPeriod caps the delay, the first one too")
	}
	w.Settings.Kubelets["ten"] = history.Kubelet{MaxContainerRestartPeriod: 10 * s}
	ends(t, w.Restarted("ten", 2), 10*s, 20*s)
	ends(t, w.Restarted("ten", 4), 10*s, 20*s)
	ends(t, w.Restarted("node", 1), 0, 5*s)
	ends(t, w.Restarted("node", 2), 10*s, 20*s)
	ends(t, w.Restarted("node", 7), 300*s, 335*s)
	ends(t, w.RestartedAfterKill("node", 1, 0), 0, 5*s)
	ends(t, w.RestartedAfterKill("node", 3, 10*s), 0, 5*s)
	ends(t, w.RestartedAfterKill("node", 3, 3*s), 10*s, 35*s)
	w.Version = model.Version{Major: 1, Minor: 34}
	if w.Backoff("short", 2) != 10*s {
		t.Error("before 1.35 the setting is not in force")
	}
	ends(t, w.Restarted("node", 2), 10*s, 30*s)
}

func TestEndpoints(t *testing.T) {
	w := world(t)
	ends(t, w.Propagated(), 0, 3*s)
	ends(t, w.ExitLeft(), 0, 5*s)
	c := &corev1.Container{ReadinessProbe: http(1, 1, 1)}
	ends(t, w.UnreadyLeft(c, model.AtOnce), 0, 7*s)
	ends(t, model.ReadyAgain(c), 0, 4*s)
	ends(t, w.UnreadyLeft(&corev1.Container{}, model.AtOnce), model.Forever, model.Forever)
	ends(t, model.Replaced(c, true), 0, 13*s)
	ends(t, model.Replaced(c, false), model.Forever, model.Forever)
}

// node-monitor-grace-period 50 s since 1.32, lease 40 s, toleration 300 s: Kubernetes' own timers.
func TestNode(t *testing.T) {
	w := world(t)
	ends(t, w.NodeNotReady("n"), 39600*time.Millisecond, 61*s)
	ends(t, w.LeaseSilent("n"), 50*s, 76400*time.Millisecond)
	ends(t, w.Evicted("node/kill", &corev1.PodSpec{}, 1), 300*s, 311100*time.Millisecond)
	ends(t, w.Evicted("node/kill", &corev1.PodSpec{}, 2), 300*s, 321100*time.Millisecond)
	five := int64(5)
	spec := &corev1.PodSpec{Tolerations: []corev1.Toleration{
		{Key: corev1.TaintNodeNotReady, Effect: corev1.TaintEffectNoExecute},
		{Key: corev1.TaintNodeUnreachable, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: &five}}}
	ends(t, w.Evicted("node/kill", spec, 1), 5*s, 16100*time.Millisecond)
	w.Settings.NotReadyToleration = 20 * s // of a node that says itself that it is not ready
	ends(t, w.Evicted("node/containerd-stop", &corev1.PodSpec{}, 1), 20*s, 31100*time.Millisecond)
	ends(t, w.Evicted("node/containerd-stop", spec, 1), model.Forever, model.Forever)
	ends(t, w.AllEvicted("node/kill"), 39600*time.Millisecond, 61*s)
	w.Deployments = make([]model.Deployment, 3)
	w.Deployments[0].Spec.Template.Spec = *spec
	ends(t, w.AllEvicted("node/kill"), 339600*time.Millisecond, 372100*time.Millisecond)
	w.Deployments = w.Deployments[:1]
	ends(t, w.AllEvicted("node/kill"), 44600*time.Millisecond, 77100*time.Millisecond)
	spec.Tolerations[1].TolerationSeconds = nil
	ends(t, w.Evicted("node/kill", spec, 1), model.Forever, model.Forever)
	w.Deployments = append(w.Deployments, model.Deployment{})
	w.Deployments[0].Spec.Template.Spec = *spec
	ends(t, w.AllEvicted("node/kill"), 339600*time.Millisecond, 372100*time.Millisecond)
	w.Settings = history.Settings{}
	ends(t, w.NodeNotReady("n"), 39600*time.Millisecond, 61*s)
	w.Version = model.Version{Major: 1, Minor: 31}
	ends(t, w.NodeNotReady("n"), 29600*time.Millisecond, 51*s)
}

func TestPressure(t *testing.T) {
	w := world(t)
	ends(t, w.DiskPressure("n"), model.Forever, model.Forever)
	w.Settings.Kubelets = map[string]history.Kubelet{
		"kind":  {EvictionHard: map[string]string{"nodefs.available": "0%", "imagefs.available": "0%"}},
		"small": {EvictionHard: map[string]string{"nodefs.available": "10%", "memory.available": "100Mi"}, PressureTransition: 20 * s},
	}
	ends(t, w.DiskPressure("kind"), model.Forever, model.Forever)
	ends(t, w.DiskPressure("small"), 0, 31*s)
	ends(t, w.PressureCleared("small"), 10*s, 51*s)
	ends(t, w.PressureCleared("n"), 290*s, 331*s)
	ends(t, w.PressureMoved("small"), 0, 51*s)
	ends(t, w.PressureTainted("small"), 0, 11*s)
}

func rolling(surge, unavailable string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) {
		a, b := intstr.Parse(surge), intstr.Parse(unavailable)
		d.Spec.Strategy = appsv1.DeploymentStrategy{Type: appsv1.RollingUpdateDeploymentStrategyType,
			RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &a, MaxUnavailable: &b}}
	}
}

// The Deployment page: "25% max surge is rounded up, 25% max unavailable down".
func TestRolloutBounds(t *testing.T) {
	for _, c := range []struct {
		n              int32
		surge, unavail string
		most, least    int
	}{
		{3, "25%", "25%", 4, 3}, {4, "25%", "25%", 5, 3}, {10, "25%", "25%", 13, 8}, {10, "30%", "30%", 13, 7},
		{3, "1", "0", 4, 3}, {3, "0", "1", 3, 2}, {3, "0", "0", 3, 2}, {1, "25%", "25%", 2, 1}, {2, "0", "100%", 2, 0},
	} {
		b, err := model.RolloutBounds(deployment(c.n, rolling(c.surge, c.unavail)))
		if err != nil || b.MaxPods() != c.most || b.MinAvailable() != c.least {
			t.Errorf("%+v: got %d, %d, %v", c, b.MaxPods(), b.MinAvailable(), err)
		}
	}
	if _, err := model.RolloutBounds(deployment(3, rolling("many", "0"))); err == nil {
		t.Error("maxSurge many: no error")
	}
	d := deployment(3, func(d *appsv1.Deployment) { d.Spec.Strategy.Type = appsv1.RecreateDeploymentStrategyType })
	if b, _ := model.RolloutBounds(d); b.MaxPods() != 3 || b.MinAvailable() != 0 {
		t.Errorf("Recreate: got %+v", b)
	}
	for strategy, want := range map[string][2]int{"": {4, 3}, "0/1": {3, 2}, "50%/50%": {5, 2}, "Recreate": {3, 0}} {
		if b, err := model.BoundsWith(deployment(9, rolling("1", "0")), 3, strategy); err != nil || b.MaxPods() != want[0] || b.MinAvailable() != want[1] {
			t.Errorf("strategy %q: got %+v, %v", strategy, b, err)
		}
	}
	if b, _ := model.RolloutBounds(deployment(4, nil)); b.MaxPods() != 5 || b.MinAvailable() != 3 {
		t.Errorf("nothing said: got %+v", b)
	}
}

// The Deployment page: progressDeadlineSeconds defaults to 600.
func TestDeadline(t *testing.T) {
	ends(t, model.Deadline(deployment(3, nil)), 599*s, 602*s)
	for given, want := range map[int32][2]time.Duration{10: {9 * s, 12 * s}, 1<<31 - 1: {model.Forever, model.Forever}} {
		d := deployment(3, func(d *appsv1.Deployment) { d.Spec.ProgressDeadlineSeconds = &given })
		ends(t, model.Deadline(d), want[0], want[1])
	}
}

func TestRolledOut(t *testing.T) {
	boots := func(d *appsv1.Deployment) {
		rolling("1", "0")(d)
		d.Spec.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "BOOT_TIME", Value: "3s"}}
	}
	// a pod: 1 to create, 6 to run, 3..4 to boot, 3 for its probe, 2 for the status: 3..16
	w, err := model.RolledOut(deployment(3, boots))
	if err != nil {
		t.Fatal(err)
	}
	ends(t, w, 9*s, 49*s)
	if w, err = model.RolledOut(deployment(3, func(d *appsv1.Deployment) { boots(d); d.Spec.MinReadySeconds = 5 })); err != nil {
		t.Fatal(err)
	}
	ends(t, w, 24*s, 67*s)
	if _, err := model.RolledOut(deployment(1, func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers = nil })); err == nil {
		t.Error("no container: no error")
	}
}
