package deploy

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

func pod(name, node string, ready corev1.ConditionStatus) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "agents", Labels: map[string]string{"app": app}},
		Spec:       corev1.PodSpec{NodeName: node},
		Status:     corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: ready}}},
	}
}

func TestAgents(t *testing.T) {
	client := fake.NewClientset(pod("a", "w1", corev1.ConditionTrue), pod("b", "w2", corev1.ConditionTrue), pod("c", "w1", corev1.ConditionTrue))
	o := Options{Namespace: "agents", Image: "seatrial.local/seatrial:1", Agents: 3}
	all, err := Agents(t.Context(), client, o)
	if err != nil || len(all) != 3 || all[0].Name != "a" || all[1].Node != "w2" || all[0].Label != "w1" || all[2].Label != "w1-2" {
		t.Fatalf("%v: %+v", err, all)
	}
	d, err := client.AppsV1().Deployments("agents").Get(t.Context(), app, metav1.GetOptions{})
	if err != nil || *d.Spec.Replicas != 3 || d.Spec.Template.Spec.Containers[0].Image != o.Image || d.Spec.Template.Spec.TopologySpreadConstraints[0].TopologyKey != corev1.LabelHostname {
		t.Errorf("%v: %+v", err, d)
	}
}

func TestAgentsThatCannotBeMade(t *testing.T) {
	client := fake.NewClientset()
	client.PrependReactor("create", "deployments", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, refusal("forbidden")
	})
	if _, err := Agents(t.Context(), client, Options{Namespace: "agents", Agents: 1}); err == nil || !strings.Contains(err.Error(), "deploy the agents: forbidden") {
		t.Errorf("%v", err)
	}
}

type refusal string

func (c refusal) Error() string { return string(c) }

func TestPlight(t *testing.T) {
	waiting := pod("a", "w1", corev1.ConditionFalse)
	waiting.Status.ContainerStatuses = []corev1.ContainerStatus{{State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ErrImageNeverPull"}}}}
	pending := pod("b", "", corev1.ConditionFalse)
	pending.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Message: "0/4 nodes are available"}}
	for want, p := range map[string]corev1.Pod{"a waits: ErrImageNeverPull": *waiting, "b: 0/4 nodes are available": *pending} {
		if got := plight([]corev1.Pod{p}); !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
