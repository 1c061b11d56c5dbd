package observe

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
)

// API returns the observers of everything that the API tells of a trial's
// namespace, and of the cluster's nodes and their signs of life: the set that a trial
// is armed with.
func API(client kubernetes.Interface, namespace string) []Observer {
	return []Observer{
		Pods(client, namespace),
		Endpoints(client, namespace),
		Services(client, namespace),
		Deployments(client, namespace),
		ReplicaSets(client, namespace),
		StatefulSets(client, namespace),
		ConfigMaps(client, namespace),
		Events(client, namespace),
		Nodes(client),
		Leases(client),
	}
}

// lister adapts a typed client's List to a kind.
func lister[L metav1.ListMetaAccessor, V any](selector string, list func(context.Context, metav1.ListOptions) (L, error),
	items func(L) []V) func(context.Context, metav1.ListOptions) (string, []*V, error) {
	return func(ctx context.Context, o metav1.ListOptions) (string, []*V, error) {
		o.LabelSelector = selector
		l, err := list(ctx, o)
		if err != nil {
			return "", nil, err
		}
		values := items(l)
		pointers := make([]*V, len(values))
		for n := range values {
			pointers[n] = &values[n]
		}
		return l.GetListMeta().GetResourceVersion(), pointers, nil
	}
}

// watcher adapts a typed client's Watch to a kind.
func watcher(selector string, open func(context.Context, metav1.ListOptions) (watch.Interface, error)) func(context.Context, metav1.ListOptions) (watch.Interface, error) {
	return func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
		o.LabelSelector = selector
		return open(ctx, o)
	}
}
