package run

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// A NotInClusterError says that agents were to load what is not in their cluster.
type NotInClusterError struct{ Host string }

func (e *NotInClusterError) Error() string {
	return e.Host + " is neither a Service nor a pod of the agents' cluster: --allow-remote says that you may load it all the same"
}

// inCluster returns nil for what is in the cluster: the address of a Service or of a pod, or
// the name of a Service that has one, as pods of other namespaces know it ("web.shop",
// "web.shop.svc", "web.shop.svc.cluster.local"). Of anything else it is a *NotInClusterError.
func inCluster(ctx context.Context, client kubernetes.Interface, host string) error {
	address, err := netip.ParseAddr(host)
	if err == nil {
		return addressInCluster(ctx, client, address.Unmap().String())
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(labels) < 2 || len(labels) > 2 && labels[2] != "svc" {
		return &NotInClusterError{host}
	}
	service, err := client.CoreV1().Services(labels[1]).Get(ctx, labels[0], metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err), err == nil && service.Spec.Type == corev1.ServiceTypeExternalName:
		return &NotInClusterError{host}
	case err != nil:
		return fmt.Errorf("look for the Service %s: %w", host, err)
	}
	return nil
}

func addressInCluster(ctx context.Context, client kubernetes.Interface, address string) error {
	services, err := client.CoreV1().Services("").List(ctx, metav1.ListOptions{})
	pods, podsErr := client.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "status.podIP=" + address})
	if err = errors.Join(err, podsErr); err != nil {
		return fmt.Errorf("look for the address %s: %w", address, err)
	}
	isService := slices.ContainsFunc(services.Items, func(s corev1.Service) bool { return slices.Contains(s.Spec.ClusterIPs, address) })
	isPod := slices.ContainsFunc(pods.Items, func(p corev1.Pod) bool { return p.Status.PodIP == address && !p.Spec.HostNetwork })
	if !isService && !isPod {
		return &NotInClusterError{address}
	}
	return nil
}
