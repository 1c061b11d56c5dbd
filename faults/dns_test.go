package faults_test

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults/faulttest"
)

// withDNS has two replicas of CoreDNS on the control plane.
func withDNS(w *faulttest.World) {
	two := int32(2)
	d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "coredns", Namespace: "kube-system"}}
	d.Spec.Replicas = &two
	d.Spec.Template.Spec.Tolerations = []corev1.Toleration{{Key: "CriticalAddonsOnly", Operator: corev1.TolerationOpExists}}
	d.Status = appsv1.DeploymentStatus{UpdatedReplicas: 2, Replicas: 2, AvailableReplicas: 2}
	must(w.Client().AppsV1().Deployments("kube-system").Create(context.Background(), d, metav1.CreateOptions{}))
	dnsPod(w, "coredns-a", "control-plane")
	dnsPod(w, "coredns-b", "control-plane")
}

func dnsPod(w *faulttest.World, name, node string) {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "kube-system", Labels: map[string]string{"k8s-app": "kube-dns"}}}
	p.Spec.NodeName, p.Spec.Containers = node, []corev1.Container{{Name: "coredns"}}
	p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "coredns", ContainerID: "containerd://" + name, RestartCount: 1}}
	must(w.Client().CoreV1().Pods("kube-system").Create(context.Background(), p, metav1.CreateOptions{}))
}

// rolledDNS is what the Deployment's controller makes of another size.
func rolledDNS(w *faulttest.World, replicas int32) {
	ctx := context.Background()
	d := must(w.Client().AppsV1().Deployments("kube-system").Get(ctx, "coredns", metav1.GetOptions{}))
	d.Status = appsv1.DeploymentStatus{UpdatedReplicas: replicas, Replicas: replicas, AvailableReplicas: replicas}
	if replicas == 1 {
		for _, name := range []string{"coredns-a", "coredns-b"} {
			if err := w.Client().CoreV1().Pods("kube-system").Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
				panic(err)
			}
		}
		dnsPod(w, "coredns-c", "worker2")
	}
	must(w.Client().AppsV1().Deployments("kube-system").Update(ctx, d, metav1.UpdateOptions{}))
}

func must[T any](made T, err error) T {
	if err != nil {
		panic(err)
	}
	return made
}
