package faults_test

import (
	"context"
	"fmt"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// A worker is added; before it is removed its pods, but for those of DaemonSets, go.
func TestNodeAdd(t *testing.T) {
	const node = "worker4"
	pod := func(name, owner string) *corev1.Pod {
		yes := true
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "kube-system",
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: owner, Name: owner, Controller: &yes}}}}
		p.Spec.NodeName = node
		return p
	}
	want := func(added, pods bool) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			system := w.Client().CoreV1().Pods("kube-system")
			_, err := system.Get(t.Context(), "of-a-set", metav1.GetOptions{})
			if w.Nodes.Added(node) != added || apierrors.IsNotFound(err) == pods {
				return fmt.Errorf("%s is there: %t; its pod: %w", node, !added, err)
			}
			_, err = system.Get(t.Context(), "of-a-daemon", metav1.GetOptions{})
			return err
		}
	}
	faulttest.Check(t, faults.NodeAdd(), faulttest.Case{
		Before: func(w *faulttest.World) {
			ctx := context.Background()
			must(w.Client().CoreV1().Nodes().Create(ctx, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: node}}, metav1.CreateOptions{}))
			must(w.Client().CoreV1().Pods("kube-system").Create(ctx, pod("of-a-set", "ReplicaSet"), metav1.CreateOptions{}))
			must(w.Client().AppsV1().DaemonSets("kube-system").Create(ctx, &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Name: "DaemonSet", Namespace: "kube-system"}}, metav1.CreateOptions{}))
			must(w.Client().CoreV1().Pods("kube-system").Create(ctx, pod("of-a-daemon", "DaemonSet"), metav1.CreateOptions{}))
		},
		Sees:   state(history.SourceNode, "", "True", nil),
		Broken: want(true, true), Undone: want(false, false),
	})
}
