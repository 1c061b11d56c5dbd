package kube

import (
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/seatrial/seatrial/internal/trial"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads"
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

// Docker's proxy bears fewer new connections a second than a node's own network.
func TestLoadThroughAMappedPort(t *testing.T) {
	t.Parallel()
	service := &corev1.Service{Spec: corev1.ServiceSpec{ClusterIP: "10.96.0.9", Ports: []corev1.ServicePort{{Port: 80, NodePort: 30080}}}}
	mapped := &runner{&Rig{Cluster: &Cluster{Mapped: func(int32) (string, error) { return "127.0.0.1:30080", nil }}}}
	direct := &runner{&Rig{Cluster: &Cluster{NetNS: "/proc/1/ns/net"}}}
	for _, c := range []struct {
		r                 *runner
		asked, new, again int
		url               string
	}{
		{mapped, 500, 400, 500, "http://127.0.0.1:30080/"}, {mapped, 50, 50, 50, "http://127.0.0.1:30080/"}, {direct, 500, 500, 500, "http://10.96.0.9:80/"},
	} {
		of := plan(suites.Namespace)
		of.Load = suites.Steady(c.asked)
		got, err := c.r.loadPlan(of, service, 3, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got.Lanes[0].Rate != c.new || got.Lanes[1].Rate != c.again || got.URL != c.url {
			t.Errorf("%d/s asked: %d and %d at %s, want %d and %d at %s", c.asked, got.Lanes[0].Rate, got.Lanes[1].Rate, got.URL, c.new, c.again, c.url)
		}
	}
}

// Load from a pod is sent from the network of that pod, or not at all.
func TestLoadFromAPod(t *testing.T) {
	t.Parallel()
	of := plan(suites.Namespace)
	of.Load = suites.SteadyFrom("companion", 50)
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "companion-1", Namespace: of.Namespace(), Labels: map[string]string{workloads.LabelComponent: "companion"}},
		Spec:       corev1.PodSpec{NodeName: "w2"},
		Status:     corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{ContainerID: "containerd://c-7"}}},
	}
	enter := func(_ context.Context, node, container string) (string, error) { return node + " " + container, nil }
	for name, c := range map[string]struct {
		pods  []runtime.Object
		enter func(context.Context, string, string) (string, error)
		want  string
		fails string
	}{
		"there":             {[]runtime.Object{pod}, enter, "w2 c-7", ""},
		"no such pod":       {nil, enter, "", "there is none"},
		"not for us to see": {[]runtime.Object{pod}, nil, "", "takes root"},
	} {
		r := &runner{&Rig{Cluster: &Cluster{Client: fake.NewClientset(c.pods...), PodNetNS: c.enter}}}
		got, err := r.podNetNS(t.Context(), of)
		if got != c.want || (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%s: %q, %v, want %q", name, got, err, c.want)
		}
	}
}
