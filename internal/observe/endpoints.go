package observe

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/history"
)

// Endpoints observes the namespace's EndpointSlices: SourceEndpoint. Given
// services, only those of these; a pod behind several of them (a headless one
// beside the one with an address) is as good as the best of them says.
func Endpoints(client kubernetes.Interface, namespace string, services ...string) Observer {
	selector := ""
	if len(services) > 0 {
		selector = discoveryv1.LabelServiceName + " in (" + strings.Join(services, ",") + ")"
	}
	api := client.DiscoveryV1().EndpointSlices(namespace)
	return &kind[*discoveryv1.EndpointSlice]{
		name:      "endpoints",
		sources:   []string{history.SourceEndpoint},
		list:      lister(selector, api.List, func(l *discoveryv1.EndpointSliceList) []discoveryv1.EndpointSlice { return l.Items }),
		watch:     watcher(selector, api.Watch),
		translate: endpointFacts,
		better:    betterEndpoint,
		wait:      defaultBounds,
	}
}

// endpointFacts says what a slice says of the pods in it. Of a pod that is in it
// twice the better holds.
func endpointFacts(s *discoveryv1.EndpointSlice) []history.Interval {
	byPod := map[string]history.Interval{}
	for _, e := range s.Endpoints {
		if e.TargetRef == nil || e.TargetRef.Kind != "Pod" {
			continue
		}
		address := ""
		if len(e.Addresses) > 0 {
			address = e.Addresses[0]
		}
		i := history.Interval{
			Source: history.SourceEndpoint, Subject: e.TargetRef.Name, State: endpointState(e.Conditions),
			Attrs: attrs(history.AttrUID, string(e.TargetRef.UID), history.AttrAddress, address,
				history.AttrService, s.Labels[discoveryv1.LabelServiceName]),
		}
		if was, ok := byPod[i.Subject]; !ok || betterEndpoint(i, was) {
			byPod[i.Subject] = i
		}
	}
	facts := make([]history.Interval, 0, len(byPod))
	for _, pod := range slices.Sorted(maps.Keys(byPod)) {
		facts = append(facts, byPod[pod])
	}
	return facts
}

// The states of an endpoint, from worst to best.
const (
	endpointNotReady = "notready"
	endpointServing  = "serving" // terminating, but still passing its readiness probe
	endpointReady    = "ready"
)

// endpointState reads the conditions as discovery/v1 defines them: nil "ready"
// and nil "serving" mean true, nil "terminating" means false.
func endpointState(c discoveryv1.EndpointConditions) string {
	switch terminating := c.Terminating != nil && *c.Terminating; {
	case c.Ready == nil || *c.Ready:
		return endpointReady
	case terminating && (c.Serving == nil || *c.Serving):
		return endpointServing
	}
	return endpointNotReady
}

// betterEndpoint ranks by state, then by service, so that the choice is always the same.
func betterEndpoint(a, b history.Interval) bool {
	rank := []string{endpointNotReady, endpointServing, endpointReady}
	if x, y := slices.Index(rank, a.State), slices.Index(rank, b.State); x != y {
		return x > y
	}
	return a.Attrs[history.AttrService]+a.Attrs[history.AttrAddress] < b.Attrs[history.AttrService]+b.Attrs[history.AttrAddress]
}

// Services observes the namespace's services: SourceService.
func Services(client kubernetes.Interface, namespace string) Observer {
	api := client.CoreV1().Services(namespace)
	return &kind[*corev1.Service]{
		name:      "services",
		sources:   []string{history.SourceService},
		list:      lister("", api.List, func(l *corev1.ServiceList) []corev1.Service { return l.Items }),
		watch:     watcher("", api.Watch),
		translate: serviceFacts,
		wait:      defaultBounds,
	}
}

func serviceFacts(s *corev1.Service) []history.Interval {
	var selector []string
	for _, name := range slices.Sorted(maps.Keys(s.Spec.Selector)) {
		selector = append(selector, name+"="+s.Spec.Selector[name])
	}
	return []history.Interval{{
		Source: history.SourceService, Subject: s.Name, State: strings.Join(selector, ","),
		Attrs: attrs(history.AttrUID, string(s.UID)),
	}}
}
