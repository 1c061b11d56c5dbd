package observe

import (
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/history"
)

// Leases observes the sign of life of each node, the lease that its kubelet renews:
// SourceLease.
func Leases(client kubernetes.Interface) Observer {
	api := client.CoordinationV1().Leases(corev1.NamespaceNodeLease)
	return &kind[*coordinationv1.Lease]{
		name:      "leases",
		sources:   []string{history.SourceLease},
		list:      lister("", api.List, func(l *coordinationv1.LeaseList) []coordinationv1.Lease { return l.Items }),
		watch:     watcher("", api.Watch),
		translate: leaseFacts,
		wait:      defaultBounds,
	}
}

// leaseFacts says when a node's lease was renewed; one that never was says nothing.
func leaseFacts(l *coordinationv1.Lease) []history.Interval {
	if l.Spec.RenewTime == nil {
		return nil
	}
	return []history.Interval{{Source: history.SourceLease, Subject: l.Name, State: l.Spec.RenewTime.UTC().Format(time.RFC3339Nano)}}
}
