package kube

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// system lists the Deployments and DaemonSets of the cluster itself: how many pods they
// ask for, where they say it, and a digest of what their pods are to be.
func (r *runner) system(ctx context.Context, all map[string]string) error {
	apps := r.Cluster.Client.AppsV1()
	deployments, err := apps.Deployments(metav1.NamespaceSystem).List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list the system's deployments: %w", err)
	}
	for _, d := range deployments.Items {
		all["deployment/"+d.Name] = fmt.Sprintf("%d replicas of %s", *d.Spec.Replicas, digest(d.Spec.Template.Spec))
	}
	sets, err := apps.DaemonSets(metav1.NamespaceSystem).List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list the system's daemonsets: %w", err)
	}
	for _, d := range sets.Items {
		all["daemonset/"+d.Name] = fmt.Sprintf("%s of %s", d.Spec.UpdateStrategy.Type, digest(d.Spec.Template.Spec))
	}
	return nil
}

// digest is a short name for a pod's specification.
func digest(spec corev1.PodSpec) string {
	text, _ := json.Marshal(spec) // an API type always can be
	return fmt.Sprintf("%x", sha256.Sum256(text))[:12]
}
