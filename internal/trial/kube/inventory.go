package kube

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/trial"
)

// Inventory lists what a trial might leave behind in the cluster: labels, taints
// and cordons of nodes, conditions of nodes, namespaces, webhooks, what the cluster
// itself runs; and for a trial that touches nodes what is in them (see look) and whether
// the control plane runs. The namespaces of trials, of which others may come and go meanwhile, are left out, but
// for what would keep the trial's own from going.
func (r *runner) Inventory(ctx context.Context, p trial.Plan) (trial.Inventory, error) {
	all := map[string]string{}
	inventory := trial.Inventory{Items: all}
	if err := r.fromAPI(ctx, p, all); err != nil {
		return inventory, err
	}
	if r.Cluster.Foreign {
		maps.DeleteFunc(all, func(item, _ string) bool { return !answersOnForeign(p, item) })
	}
	r.look(ctx, p, &inventory)
	return inventory, nil
}

// answersOnForeign reports whether the trial answers for the item where others change
// things too: for what bears its namespace's name, and for nodes if it touches those.
func answersOnForeign(p trial.Plan, item string) bool {
	return strings.Contains(item, p.Namespace()) || whole(p) && strings.HasPrefix(item, "node/")
}

func (r *runner) fromAPI(ctx context.Context, p trial.Plan, all map[string]string) error {
	nodes, err := r.Cluster.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list nodes: %w", err)
	}
	for _, n := range nodes.Items {
		ofNode(all, n)
	}
	namespaces, err := r.Cluster.Client.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list namespaces: %w", err)
	}
	for _, n := range namespaces.Items {
		ofNamespace(all, n, p.Namespace())
	}
	if whole(p) {
		if err := r.controlPlane(ctx, all); err != nil {
			return err
		}
	}
	return errors.Join(r.webhooks(ctx, all), r.system(ctx, all))
}

// ofNamespace lists a namespace that is no trial's, and the finalizers of one of those
// and of the trial's own.
func ofNamespace(all map[string]string, n corev1.Namespace, own string) {
	if !strings.HasPrefix(n.Name, Prefix) {
		all["namespace/"+n.Name] = string(n.Status.Phase)
	} else if n.Name != own {
		return
	}
	for _, f := range n.Finalizers { // not those of its spec: every namespace has the same
		all["namespace/"+n.Name+"/finalizer/"+f] = "exists"
	}
}

// controlPlane lists the containers of the control plane's static pods. Whether they
// run counts, and not whether they are ready: that comes with a probe of every 10 s.
func (r *runner) controlPlane(ctx context.Context, all map[string]string) error {
	pods, err := r.Cluster.Client.CoreV1().Pods(metav1.NamespaceSystem).List(ctx, metav1.ListOptions{LabelSelector: "tier=control-plane"})
	if err != nil {
		return fmt.Errorf("list the control plane's pods: %w", err)
	}
	for _, p := range pods.Items {
		for _, c := range p.Status.ContainerStatuses {
			all["controlplane/"+p.Name+"/"+c.Name] = containerState(c.State)
		}
	}
	return nil
}

func containerState(s corev1.ContainerState) string {
	switch {
	case s.Running != nil:
		return "running"
	case s.Terminated != nil:
		return "terminated"
	}
	return "waiting"
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
