package web_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// containers are the containers of an app's Deployments, by their names.
func containers(t *testing.T, app workloads.App) map[string]*corev1.Container {
	t.Helper()
	all := map[string]*corev1.Container{}
	for _, d := range app.Objects("ns").Deployments {
		if d.Spec.Selector.MatchLabels[workloads.LabelComponent] != d.Spec.Template.Labels[workloads.LabelComponent] {
			t.Errorf("%s does not select its own pods", d.Name)
		}
		all[d.Name] = &d.Spec.Template.Spec.Containers[0]
	}
	return all
}

// A hog is nobody's endpoint, nobody probes it, and it is bounded by what is said of it alone.
func TestHog(t *testing.T) {
	all := containers(t, web.App(web.Replicas(2), web.RequestCPU("100m"), web.WithHog(web.CPULimit("50m"))))
	hog, app := all[web.Hog], all[web.Name]
	if len(all) != 2 || hog.LivenessProbe != nil || hog.ReadinessProbe != nil || len(hog.Resources.Requests) != 0 ||
		hog.Resources.Limits.Cpu().String() != "50m" || len(hog.Resources.Limits) != 1 {
		t.Errorf("hog: %+v", hog)
	}
	if app.ReadinessProbe == nil || app.Resources.Requests.Cpu().String() != "100m" || !app.Resources.Limits.Cpu().IsZero() {
		t.Errorf("app: %+v", app.Resources)
	}
	all = containers(t, web.App(web.WithHog(web.CPULimit("50m")), web.Of(web.Hog, web.Unlimited())))
	if len(all[web.Hog].Resources.Limits) != 0 || all[web.Name].Resources.Limits.Memory().IsZero() {
		t.Errorf("limits: %+v, %+v", all[web.Hog].Resources, all[web.Name].Resources)
	}
}

// The classes are those of the API server (pkg/apis/core/helper/qos).
func TestQoSClasses(t *testing.T) {
	all := containers(t, web.App(web.WithQoSClasses("150Mi")))
	if r := all[web.BestEffort].Resources; len(r.Requests)+len(r.Limits) != 0 {
		t.Errorf("best effort: %+v", r)
	}
	if r := all[web.Burstable].Resources; r.Requests.Memory().String() != "32Mi" || len(r.Limits) != 0 {
		t.Errorf("burstable: %+v", r)
	}
	if r := all[web.Name].Resources; !r.Requests.Memory().Equal(*r.Limits.Memory()) || !r.Requests.Cpu().Equal(*r.Limits.Cpu()) || r.Limits.Cpu().IsZero() {
		t.Errorf("guaranteed: %+v", r)
	}
	for _, name := range []string{web.BestEffort, web.Burstable} {
		if !has(all[name].Env, "ALLOCATE", "150Mi") {
			t.Errorf("%s holds nothing: %v", name, all[name].Env)
		}
	}
}

func has(env []corev1.EnvVar, name, value string) bool {
	for _, e := range env {
		if e.Name == name {
			return e.Value == value
		}
	}
	return false
}
