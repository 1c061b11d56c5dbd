package observe

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/history"
)

// Events observes the namespace's Event objects: SourceEvent, for people. Those
// written before it was armed are left out: nobody knows when they arrived.
func Events(client kubernetes.Interface, namespace string) Observer {
	api := client.CoreV1().Events(namespace)
	return &kind[*corev1.Event]{
		name:      "events",
		sources:   []string{history.SourceEvent},
		list:      lister("", api.List, func(l *corev1.EventList) []corev1.Event { return l.Items }),
		watch:     watcher("", api.Watch),
		translate: eventFacts,
		instants:  true,
		wait:      defaultBounds,
	}
}

// eventFacts is one instant per version of an Event: each raises its count.
// Those of the newer API count in their series.
func eventFacts(e *corev1.Event) []history.Interval {
	count := max(e.Count, 1)
	if e.Series != nil {
		count = max(count, e.Series.Count)
	}
	return []history.Interval{{
		Source: history.SourceEvent, Subject: e.InvolvedObject.Kind + "/" + e.InvolvedObject.Name,
		State: e.Reason, Detail: e.Message,
		Attrs: attrs(history.AttrMessage, e.Message, "count", fmt.Sprint(count), "type", e.Type),
	}}
}
