package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
)

// Where kubeadm puts the cluster's DNS.
const dnsNamespace, dnsName = "kube-system", "coredns"

// setDNS fits the cluster's DNS to its surroundings.
func (c *Cluster) setDNS(ctx context.Context) error {
	client, err := c.Client()
	if err != nil {
		return err
	}
	if !c.snapshot().AllowEgress {
		if err := stopForwarding(ctx, client); err != nil {
			return fmt.Errorf("keep DNS from asking outside: %w", err)
		}
	}
	if len(c.Names(RoleWorker)) < 2 {
		return nil
	}
	if err := spreadDNS(ctx, client); err != nil {
		return fmt.Errorf("spread DNS over the nodes: %w", err)
	}
	return nil
}

// forwardPlugin is the part of kubeadm's Corefile that asks the node's resolver
// for names that are not the cluster's (kubeadm: phases/addons/dns/manifests.go).
var forwardPlugin = regexp.MustCompile(`(?m)^\s*forward \. [^{\n]*(\{[^}]*\})?\n`)

// stopForwarding makes DNS answer SERVFAIL at once for names outside of the
// cluster. Nobody could answer it, and each such question would take seconds.
func stopForwarding(ctx context.Context, client kubernetes.Interface) error {
	maps := client.CoreV1().ConfigMaps(dnsNamespace)
	cm, err := maps.Get(ctx, dnsName, metav1.GetOptions{})
	if err != nil {
		return err
	}
	cm.Data["Corefile"] = forwardPlugin.ReplaceAllString(cm.Data["Corefile"], "")
	_, err = maps.Update(ctx, cm, metav1.UpdateOptions{})
	return err
}

// spreadDNS keeps the DNS replicas on different nodes. kubeadm makes them while
// there is but the control plane, and both would stay there for good.
func spreadDNS(ctx context.Context, client kubernetes.Interface) error {
	// A whole PodSpec would carry empty lists, which mean "remove" to a patch.
	constraints, err := json.Marshal([]corev1.TopologySpreadConstraint{{
		MaxSkew:           1,
		TopologyKey:       corev1.LabelHostname,
		WhenUnsatisfiable: corev1.DoNotSchedule,
		LabelSelector:     &metav1.LabelSelector{MatchLabels: map[string]string{"k8s-app": "kube-dns"}},
		MatchLabelKeys:    []string{appsv1.DefaultDeploymentUniqueLabelKey},
	}})
	if err != nil {
		return err
	}
	patch := fmt.Appendf(nil, `{"spec":{"template":{"spec":{"topologySpreadConstraints":%s}}}}`, constraints)
	_, err = client.AppsV1().Deployments(dnsNamespace).Patch(ctx, dnsName, types.StrategicMergePatchType, patch, metav1.PatchOptions{})
	return err
}
