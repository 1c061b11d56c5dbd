package kube

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Inventory lists what a trial might leave behind in the cluster: labels, taints
// and cordons of nodes, conditions of nodes, namespaces, webhooks, what the cluster itself
// runs. The namespaces of trials, of which others may come and go meanwhile, are left out.
func (r *runner) Inventory(ctx context.Context) (map[string]string, error) {
	all := map[string]string{}
	nodes, err := r.Cluster.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list nodes: %w", err)
	}
	for _, n := range nodes.Items {
		ofNode(all, n)
	}
	namespaces, err := r.Cluster.Client.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list namespaces: %w", err)
	}
	for _, n := range namespaces.Items {
		if !strings.HasPrefix(n.Name, Prefix) {
			all["namespace/"+n.Name] = string(n.Status.Phase)
		}
	}
	return all, errors.Join(r.webhooks(ctx, all), r.system(ctx, all))
}

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

func ofNode(all map[string]string, n corev1.Node) {
	at := "node/" + n.Name
	all[at] = "exists"
	for key, value := range n.Labels {
		all[at+"/label/"+key] = fmt.Sprintf("%q", value)
	}
	for _, t := range n.Spec.Taints {
		all[at+"/taint/"+t.Key+":"+string(t.Effect)] = fmt.Sprintf("%q", t.Value)
	}
	for _, c := range n.Status.Conditions {
		all[at+"/condition/"+string(c.Type)] = string(c.Status)
	}
	if n.Spec.Unschedulable {
		all[at+"/cordon"] = "true"
	}
}

func (r *runner) webhooks(ctx context.Context, all map[string]string) error {
	api := r.Cluster.Client.AdmissionregistrationV1()
	validating, err := api.ValidatingWebhookConfigurations().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list validating webhooks: %w", err)
	}
	for _, w := range validating.Items {
		all["validatingwebhook/"+w.Name] = "exists"
	}
	mutating, err := api.MutatingWebhookConfigurations().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list mutating webhooks: %w", err)
	}
	for _, w := range mutating.Items {
		all["mutatingwebhook/"+w.Name] = "exists"
	}
	return nil
}
