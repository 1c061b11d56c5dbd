package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// PodPartition drops every packet between the app's pods and the pods of the component
// that they depend on, on the nodes of the latter. Kubelets reach both as before.
func PodPartition(component string) Fault { return podPartition{component} }

type podPartition struct{ component string }

func (f podPartition) Card() Card {
	return Card{
		Name:     "network/partition",
		Breaks:   "packets between the app's pods and those of its " + f.component + " are dropped",
		ShowsAs:  "calls to it time out; whoever needs it is not ready; both keep running",
		UndoneBy: "the packet rules are removed",
		Look:     "kubectl get pods --watch",
	}
}

func (podPartition) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.NodePower} }

func (f podPartition) Inject(ctx context.Context, s *Site) error {
	near, far, err := f.sides(ctx, s)
	if err != nil {
		return err
	}
	table := "seatrial-" + s.Namespace
	for _, node := range nodesOf(far) {
		if err := s.beforeRules(ctx, node, table); err != nil {
			return err
		}
	}
	rules := betweenRules(table, addresses(near), addresses(far))
	err = s.Deed("cut off "+strings.Join(names(near), " ")+" from "+strings.Join(names(far), " "), names(near), func() error {
		return each(nodesOf(far), func(node string) error {
			_, err := s.Nodes.Exec(ctx, node, "nft", rules)
			return err
		})
	})
	if err != nil {
		return err
	}
	// An app may be unready for other reasons: what the rules drop is the partition's own doing.
	if err := s.untilCounted(ctx, droppedBy(nodesOf(far)[0], table, names(near)[0])); err != nil {
		return err
	}
	return s.Until(ctx, "one of "+strings.Join(names(near), " ")+" not ready", func(seen []history.Interval) bool {
		return slices.ContainsFunc(names(near), func(pod string) bool {
			i, ok := observedNow(seen, history.SourceReady, pod)
			return ok && i.State != string(corev1.ConditionTrue)
		})
	})
}

// sides are the app's pods without those of the component, and those of the component.
func (f podPartition) sides(ctx context.Context, s *Site) (near, far []corev1.Pod, err error) {
	near, err = s.AppPods(ctx)
	if err != nil {
		return nil, nil, err
	}
	of := func(p corev1.Pod) bool { return p.Labels[workloads.LabelComponent] == f.component }
	near = slices.DeleteFunc(near, of)
	list, err := s.Client.CoreV1().Pods(s.Namespace).List(ctx, metav1.ListOptions{LabelSelector: workloads.LabelComponent + "=" + f.component})
	if err != nil {
		return nil, nil, fmt.Errorf("list pods of %s: %w", f.component, err)
	}
	if len(near) == 0 || len(list.Items) == 0 {
		return nil, nil, fmt.Errorf("%d pods on the one side and %d of %s on the other: nothing can be cut", len(near), len(list.Items), f.component)
	}
	return near, list.Items, nil
}

func addresses(pods []corev1.Pod) []string {
	var all []string
	for _, p := range pods {
		all = append(all, p.Status.PodIP)
	}
	return all
}

// betweenRules drops what a node forwards between two groups of addresses, in either
// direction: after a Service's address was turned into a pod's.
func betweenRules(table string, a, b []string) string {
	set := func(name string, of []string) string {
		return "set " + name + " { type ipv4_addr; elements = { " + strings.Join(of, ", ") + " }; }; "
	}
	return "add table inet " + table + " { " + set("a", a) + set("b", b) +
		"chain through { type filter hook forward priority -10; ip saddr @a ip daddr @b counter drop; ip saddr @b ip daddr @a counter drop; }; }"
}
