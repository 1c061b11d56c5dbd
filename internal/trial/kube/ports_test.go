package kube

import (
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"
)

// A node port is free for the next trial when no Service has it any more, and not before.
func TestANodePortComesBackWithoutItsService(t *testing.T) {
	t.Parallel()
	for name, refused := range map[string]error{"deleted": nil, "refused": errors.New("no")} {
		client := fake.NewClientset(
			&corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "st-1", Name: "web"}},
			&corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "st-2", Name: "web"}})
		client.PrependReactor("delete", "services", func(k8stesting.Action) (bool, runtime.Object, error) {
			return refused != nil, nil, refused
		})
		r := &runner{&Rig{Cluster: &Cluster{Client: client, Ports: NewPorts(30000, 1)}}}
		var err error
		if r.port, err = r.Cluster.Ports.take(); err != nil {
			t.Fatal(err)
		}
		if err := r.freePort(t.Context(), "st-1"); !errors.Is(err, refused) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := r.Cluster.Ports.take(); (err == nil) != (refused == nil) {
			t.Errorf("%s: the next trial's port: %v", name, err)
		}
		left, err := client.CoreV1().Services("").List(t.Context(), metav1.ListOptions{})
		if want := map[bool]int{true: 1, false: 2}[refused == nil]; err != nil || len(left.Items) != want {
			t.Errorf("%s: %d services are left, want %d, %v", name, len(left.Items), want, err)
		}
	}
}
