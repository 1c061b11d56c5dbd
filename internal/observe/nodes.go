package observe

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/history"
)

// Nodes observes the nodes of the whole cluster: SourceNode, SourceCondition and
// SourceTaint.
func Nodes(client kubernetes.Interface) Observer {
	api := client.CoreV1().Nodes()
	return &kind[*corev1.Node]{
		name:      "nodes",
		sources:   []string{history.SourceNode, history.SourceCondition, history.SourceTaint},
		list:      lister("", api.List, func(l *corev1.NodeList) []corev1.Node { return l.Items }),
		watch:     watcher("", api.Watch),
		translate: nodeFacts,
		wait:      defaultBounds,
	}
}

// nodeFacts says what a node's object says of its conditions and taints.
func nodeFacts(n *corev1.Node) []history.Interval {
	var facts []history.Interval
	for _, c := range n.Status.Conditions {
		i := history.Interval{
			Source: history.SourceCondition, Subject: n.Name + "/" + string(c.Type),
			State: string(c.Status), Detail: c.Message, Attrs: attrs(history.AttrReason, c.Reason),
		}
		if c.Type == corev1.NodeReady {
			i.Source, i.Subject = history.SourceNode, n.Name
		}
		facts = append(facts, i)
	}
	for _, t := range n.Spec.Taints {
		facts = append(facts, history.Interval{
			Source: history.SourceTaint, Subject: n.Name + "/" + t.Key + ":" + string(t.Effect),
			State: "present", Detail: t.Value,
		})
	}
	return facts
}
