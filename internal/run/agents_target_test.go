package run

import (
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
)

// Agents load what is in their cluster, and nothing else unless they are told to.
func TestInCluster(t *testing.T) {
	t.Parallel()
	client := fake.NewClientset(
		&corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}, Spec: corev1.ServiceSpec{ClusterIPs: []string{"10.96.3.4"}}},
		&corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "bank"}, Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "bank.example"}},
		&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-1"}, Status: corev1.PodStatus{PodIP: "10.244.1.5"}},
		&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "agent"}, Spec: corev1.PodSpec{HostNetwork: true}, Status: corev1.PodStatus{PodIP: "192.0.2.7"}},
	)
	for host, want := range map[string]bool{
		"10.96.3.4": true, "::ffff:10.96.3.4": true, "10.244.1.5": true,
		"web.shop": true, "web.shop.svc": true, "web.shop.svc.cluster.local": true, "web.shop.svc.cluster.local.": true,
		"10.96.3.5": false, "192.0.2.7": false, "192.0.2.1": false, "web": false, "shop.example": false,
		"web.shop.example": false, "bank.shop.svc": false, "web.market.svc": false, "localhost": false,
	} {
		err := inCluster(t.Context(), client, host)
		if got := err == nil; got != want || err != nil && !errors.As(err, new(*NotInClusterError)) {
			t.Errorf("%s: %v, want it to be in the cluster: %t", host, err, want)
		}
	}
}
