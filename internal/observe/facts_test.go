package observe

import (
	"reflect"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
)

// same compares facts; no attributes are as good as none.
func same(t *testing.T, got, want []history.Interval) {
	t.Helper()
	for _, is := range [][]history.Interval{got, want} {
		for n := range is {
			if is[n].Attrs == nil {
				is[n].Attrs = history.Attrs{}
			}
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func ref[T any](v T) *T { return &v }

func endpoint(pod string, ready, serving, terminating *bool) discoveryv1.Endpoint {
	return discoveryv1.Endpoint{Addresses: []string{"10.0.0.1"}, TargetRef: &corev1.ObjectReference{Kind: "Pod", Name: pod, UID: "u"},
		Conditions: discoveryv1.EndpointConditions{Ready: ready, Serving: serving, Terminating: terminating}}
}

func slice(name, service string, endpoints ...discoveryv1.Endpoint) *discoveryv1.EndpointSlice {
	return &discoveryv1.EndpointSlice{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{discoveryv1.LabelServiceName: service}}, Endpoints: endpoints}
}

func TestEndpointFacts(t *testing.T) {
	yes, no := ref(true), ref(false)
	for name, c := range map[string]struct {
		endpoint discoveryv1.Endpoint
		want     string
	}{
		"nothing said means ready":            {endpoint("p", nil, nil, nil), "ready"},
		"ready":                               {endpoint("p", yes, yes, no), "ready"},
		"not ready":                           {endpoint("p", no, no, no), "notready"},
		"terminating, serving":                {endpoint("p", no, yes, yes), "serving"},
		"terminating, unready":                {endpoint("p", no, no, yes), "notready"},
		"unready that says serving":           {endpoint("p", no, yes, no), "notready"},
		"ready though terminating (publish…)": {endpoint("p", yes, yes, yes), "ready"},
	} {
		t.Run(name, func(t *testing.T) {
			same(t, endpointFacts(slice("web-x", "web", c.endpoint)), []history.Interval{{Source: "endpoint", Subject: "p", State: c.want,
				Attrs: attrs("uid", "u", "address", "10.0.0.1", "service", "web")}})
		})
	}
	outside := discoveryv1.Endpoint{Addresses: []string{"10.0.0.9"}}
	if facts := endpointFacts(slice("web-x", "web", outside)); len(facts) > 0 {
		t.Errorf("an address without a pod is no endpoint of the trial: %+v", facts)
	}
}

// A pod leaves a slice, appears in another, then leaves that: it is out of the
// service only when no slice has it.
func TestEndpointEndsWhenNoSliceHasIt(t *testing.T) {
	rec := newRecorder()
	l := newLedger(rec, betterEndpoint)
	ready, not := endpoint("p", ref(true), nil, nil), endpoint("p", ref(false), nil, nil)
	now := func() string { return Current(rec.Snapshot(), "endpoint")["p"].State }
	for n, step := range []struct {
		slice *discoveryv1.EndpointSlice
		want  string
	}{
		{slice("a", "web", not), "notready"},
		{slice("b", "web", ready), "ready"},
		{slice("a", "web"), "ready"},
		{slice("a", "web", not), "ready"},
		{slice("b", "web"), "notready"},
		{slice("a", "web"), ""},
	} {
		l.set(step.slice.Name, endpointFacts(step.slice), 0)
		if now() != step.want {
			t.Errorf("step %d: %q, want %q", n, now(), step.want)
		}
	}
}

func TestServiceFacts(t *testing.T) {
	s := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "web", UID: "u"},
		Spec: corev1.ServiceSpec{Selector: map[string]string{"color": "blue", "app": "web"}}}
	same(t, serviceFacts(s), []history.Interval{{Source: "service", Subject: "web", State: "app=web,color=blue", Attrs: attrs("uid", "u")}})
}

func TestConfigFacts(t *testing.T) {
	c := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "web-config", UID: "u"}, Data: map[string]string{"version": "v1", "a": "b"}}
	same(t, configFacts(c), []history.Interval{{Source: "config", Subject: "web-config", State: ConfigDigest(map[string]string{"a": "b", "version": "v1"}), Attrs: attrs("uid", "u")}})
	if got := ConfigDigest(nil); got != "74234e98afe7" {
		t.Errorf("no data: %s", got)
	}
	if ConfigDigest(map[string]string{"version": "v1"}) == ConfigDigest(map[string]string{"version": "v2"}) {
		t.Error("other data, same digest")
	}
}

func TestNodeFacts(t *testing.T) {
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "worker"},
		Spec: corev1.NodeSpec{Taints: []corev1.Taint{{Key: "node.kubernetes.io/unreachable", Effect: "NoExecute"}}},
		Status: corev1.NodeStatus{Conditions: []corev1.NodeCondition{
			{Type: "DiskPressure", Status: "True", Reason: "KubeletHasDiskPressure"},
			{Type: "Ready", Status: "Unknown", Reason: "NodeStatusUnknown", Message: "Kubelet stopped posting node status."},
		}}}
	same(t, nodeFacts(n), []history.Interval{
		{Source: "condition", Subject: "worker/DiskPressure", State: "True", Attrs: attrs("reason", "KubeletHasDiskPressure")},
		{Source: "node", Subject: "worker", State: "Unknown", Detail: "Kubelet stopped posting node status.", Attrs: attrs("reason", "NodeStatusUnknown")},
		{Source: "taint", Subject: "worker/node.kubernetes.io/unreachable:NoExecute", State: "present"},
	})
}

func TestLeaseFacts(t *testing.T) {
	l := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: "worker"}}
	same(t, leaseFacts(l), nil)
	l.Spec.RenewTime = &metav1.MicroTime{Time: time.Date(2027, 1, 2, 3, 4, 5, 6000, time.UTC)}
	same(t, leaseFacts(l), []history.Interval{{Source: "lease", Subject: "worker", State: "2027-01-02T03:04:05.000006Z"}})
}

func TestRolloutFacts(t *testing.T) {
	meta := metav1.ObjectMeta{Name: "web", UID: "u", Generation: 3, Annotations: map[string]string{revision: "2"}}
	d := &appsv1.Deployment{ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Replicas: ref(int32(3))},
		Status: appsv1.DeploymentStatus{Replicas: 4, ReadyReplicas: 3, AvailableReplicas: 2, UpdatedReplicas: 1, UnavailableReplicas: 2, ObservedGeneration: 2,
			Conditions: []appsv1.DeploymentCondition{{Type: "Progressing", Status: "False", Reason: "ProgressDeadlineExceeded", Message: "timed out"}}}}
	same(t, deploymentFacts(d), []history.Interval{
		{Source: "replicas", Subject: "Deployment/web", State: "3/3", Attrs: attrs("uid", "u", "desired", "3", "replicas", "4", "ready", "3",
			"available", "2", "updated", "1", "unavailable", "2", "revision", "2", "generation", "3", "observed", "2")},
		{Source: "deployment", Subject: "web/Progressing", State: "False", Detail: "timed out", Attrs: attrs("uid", "u", "reason", "ProgressDeadlineExceeded")},
	})

	r := &appsv1.ReplicaSet{ObjectMeta: meta, Spec: appsv1.ReplicaSetSpec{Replicas: ref(int32(0))}}
	r.Name, r.Labels = "web-7c", map[string]string{"pod-template-hash": "7c"}
	r.OwnerReferences = []metav1.OwnerReference{{Kind: "Deployment", Name: "web", Controller: ref(true)}}
	same(t, replicaSetFacts(r), []history.Interval{{Source: "replicas", Subject: "ReplicaSet/web-7c", State: "0/0", Attrs: attrs("uid", "u", "owner", "Deployment/web",
		"desired", "0", "replicas", "0", "ready", "0", "available", "0", "revision", "2", "hash", "7c", "generation", "3", "observed", "0")}})

	s := &appsv1.StatefulSet{ObjectMeta: meta, Status: appsv1.StatefulSetStatus{Replicas: 1, ReadyReplicas: 1, AvailableReplicas: 1, UpdateRevision: "web-6d"}}
	same(t, statefulSetFacts(s), []history.Interval{{Source: "replicas", Subject: "StatefulSet/web", State: "1/1", Attrs: attrs("uid", "u",
		"desired", "1", "replicas", "1", "ready", "1", "available", "1", "updated", "0", "revision", "web-6d", "generation", "3", "observed", "0")}})
}

func TestEventFacts(t *testing.T) {
	e := &corev1.Event{InvolvedObject: corev1.ObjectReference{Kind: "Pod", Name: "web-1"}, Reason: "Unhealthy", Message: "Liveness probe failed", Count: 2, Type: "Warning"}
	same(t, eventFacts(e), []history.Interval{{Source: "event", Subject: "Pod/web-1", State: "Unhealthy", Detail: "Liveness probe failed",
		Attrs: attrs("message", "Liveness probe failed", "count", "2", "type", "Warning")}})
	e.Count, e.Series = 0, &corev1.EventSeries{Count: 5}
	if got := eventFacts(e)[0].Attrs["count"]; got != "5" {
		t.Errorf("an event of the newer API counts in its series: got %s", got)
	}
}
