package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/retry"
)

// The cluster's DNS, as kubeadm sets it up (cmd/kubeadm/app/constants,
// CoreDNSDeploymentName; cmd/kubeadm/app/phases/addons/dns/manifests.go).
const (
	dnsDeployment = "coredns"
	dnsSelector   = "k8s-app=kube-dns"
)

// dns is the Deployment of the cluster's DNS, which goes into the record: what is
// promised for it follows from its manifest.
func (s *Site) dns(ctx context.Context) (*appsv1.Deployment, error) {
	d, err := s.Client.AppsV1().Deployments(metav1.NamespaceSystem).Get(ctx, dnsDeployment, metav1.GetOptions{})
	if err != nil {
		return nil, fmt.Errorf("read deployment %s: %w", dnsDeployment, err)
	}
	of := d.DeepCopy()
	of.SetGroupVersionKind(appsv1.SchemeGroupVersion.WithKind("Deployment"))
	of.SetManagedFields(nil)
	text, err := json.Marshal(of)
	if err != nil {
		return nil, fmt.Errorf("encode deployment %s: %w", dnsDeployment, err)
	}
	s.Applied(text)
	return d, nil
}

// dnsPods are the pods that answer for the cluster's DNS; none is an error.
func dnsPods(ctx context.Context, client kubernetes.Interface) ([]corev1.Pod, error) {
	list, err := client.CoreV1().Pods(metav1.NamespaceSystem).List(ctx, metav1.ListOptions{LabelSelector: dnsSelector})
	if err != nil {
		return nil, fmt.Errorf("list the pods of the cluster's DNS: %w", err)
	}
	pods := slices.DeleteFunc(list.Items, func(p corev1.Pod) bool { return p.DeletionTimestamp != nil || !ready(p) })
	if len(pods) == 0 {
		return nil, fmt.Errorf("no pod of the cluster's DNS (%s) is ready", dnsSelector)
	}
	return pods, nil
}

// A dnsSpec is as much of the Deployment of the cluster's DNS as faults change.
type dnsSpec struct {
	Replicas    *int32              `json:"replicas"`
	Affinity    *corev1.Affinity    `json:"affinity"`
	Tolerations []corev1.Toleration `json:"tolerations"`
}

func dnsSpecOf(d *appsv1.Deployment) dnsSpec {
	pod := d.Spec.Template.Spec
	return dnsSpec{d.Spec.Replicas, pod.Affinity, pod.Tolerations}
}

// apply gives the Deployment that much of a spec.
func (spec dnsSpec) apply(ctx context.Context, client kubernetes.Interface) error {
	deployments := client.AppsV1().Deployments(metav1.NamespaceSystem)
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		d, err := deployments.Get(ctx, dnsDeployment, metav1.GetOptions{})
		if err != nil {
			return err
		}
		d.Spec.Replicas, d.Spec.Template.Spec.Affinity, d.Spec.Template.Spec.Tolerations = spec.Replicas, spec.Affinity, spec.Tolerations
		_, err = deployments.Update(ctx, d, metav1.UpdateOptions{})
		return err
	})
	if err != nil {
		return fmt.Errorf("change deployment %s: %w", dnsDeployment, err)
	}
	return nil
}

// untilRolled waits until the Deployment's controller has made of it what it asks for.
func (spec dnsSpec) untilRolled(ctx context.Context, client kubernetes.Interface) error {
	deployments := client.AppsV1().Deployments(metav1.NamespaceSystem)
	return untilThere(ctx, "deployment "+dnsDeployment, func(ctx context.Context) (bool, error) {
		d, err := deployments.Get(ctx, dnsDeployment, metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		want, has := *spec.Replicas, d.Status
		return has.ObservedGeneration >= d.Generation && has.UpdatedReplicas == want && has.Replicas == want && has.AvailableReplicas == want, nil
	})
}

// undoDNS gives the Deployment of the cluster's DNS back what it had, and returns when
// that is there.
func undoDNS(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	var was dnsSpec
	if err := json.Unmarshal([]byte(args["was"]), &was); err != nil {
		return fmt.Errorf("read what deployment %s was: %w", dnsDeployment, err)
	}
	if err := was.apply(ctx, client); err != nil {
		return ignoreGone(err)
	}
	return was.untilRolled(ctx, client)
}

const (
	// rollPatience is how long a controller of the system is given to have its pods where
	// they belong; the guardian has as long again (see Site.step).
	rollPatience = 90 * time.Second
	// rollLook is how often it is looked whether it has. Nothing is measured by it.
	rollLook = 250 * time.Millisecond
)

// untilThere waits until a controller says that all of its pods are there. What the API
// server answers meanwhile, be it an error, is asked for again.
func untilThere(ctx context.Context, what string, there func(context.Context) (bool, error)) error {
	limited, cancel := context.WithTimeoutCause(ctx, rollPatience, fmt.Errorf("not within %s", rollPatience))
	defer cancel()
	var last error
	err := wait.PollUntilContextCancel(limited, rollLook, true, func(ctx context.Context) (ok bool, err error) {
		ok, last = there(ctx)
		return ok && last == nil, nil
	})
	if err != nil {
		return fmt.Errorf("wait for the pods of %s (%s): %w", what, fmt.Sprint(last), context.Cause(limited))
	}
	return nil
}
