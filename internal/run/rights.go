package run

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/suites"
)

// Rights are all that the trials need of a cluster that we did not make: to run, to look,
// to break and to undo. What is missing of them stops a run before it begins.
func Rights(items []Item) []faults.Right {
	all := slices.Concat(toRun(), toObserve(), toCompare(), toWatchOthers())
	for _, i := range items {
		app, fault := i.Scenario.App, i.Scenario.Fault
		if i.Twin {
			app = app.With(i.Scenario.Twin.Change...)
			if i.Scenario.Twin.Fault != nil {
				fault = i.Scenario.Twin.Fault
			}
		}
		all = append(all, faults.RightsToApply(app.Objects("x"))...)
		if fault != nil {
			all = append(all, faults.RightsOf(fault)...)
		}
		if i.Scenario.Load.Rate > 0 {
			all = append(all, toLoad()...)
		}
		if i.Scenario.Blast != suites.Namespace {
			all = append(all, faults.In(metav1.NamespaceSystem, faults.Allow("", "pods", "list"))...)
		}
	}
	return all
}

// RightsOf are the rights that the scenarios need, their twins included.
func RightsOf(scenarios []suites.Scenario) []faults.Right {
	var items []Item
	for _, s := range scenarios {
		items = append(items, Item{Scenario: s})
		if s.Twin != nil {
			items = append(items, Item{Scenario: s, Twin: true})
		}
	}
	return Rights(items)
}

// toRun is a trial's namespace, and the end of what is in it.
func toRun() []faults.Right {
	return slices.Concat(
		faults.In(faults.Everywhere, faults.Allow("", "namespaces", "create", "delete", "get", "list")),
		faults.Allow("", "pods", "deletecollection"))
}

// toObserve is what the observers watch.
func toObserve() []faults.Right {
	watched := []string{"get", "list", "watch"}
	return slices.Concat(
		faults.Allow("", "pods", watched...), faults.Allow("", "services", watched...), faults.Allow("", "configmaps", watched...),
		faults.Allow("", "events", watched...), faults.Allow("", "pods/log", "get"), faults.Allow("", "pods/proxy", "get", "create"),
		faults.Allow("discovery.k8s.io", "endpointslices", watched...),
		faults.Allow("apps", "deployments", watched...), faults.Allow("apps", "replicasets", watched...), faults.Allow("apps", "statefulsets", watched...),
		faults.In(faults.Everywhere, faults.Allow("", "nodes", watched...)),
		faults.In(corev1.NamespaceNodeLease, faults.Allow("coordination.k8s.io", "leases", watched...)))
}

// toCompare is what the cluster is compared by, before and after.
func toCompare() []faults.Right {
	hooks := "admissionregistration.k8s.io"
	return slices.Concat(
		faults.In(faults.Everywhere, faults.Allow(hooks, "validatingwebhookconfigurations", "list")),
		faults.In(faults.Everywhere, faults.Allow(hooks, "mutatingwebhookconfigurations", "list")),
		faults.In(metav1.NamespaceSystem, faults.Allow("apps", "deployments", "list")),
		faults.In(metav1.NamespaceSystem, faults.Allow("apps", "daemonsets", "list")))
}

// toWatchOthers is what tells whether a workload of somebody else's degrades.
func toWatchOthers() []faults.Right {
	return slices.Concat(
		faults.In(faults.Everywhere, faults.Allow("apps", "deployments", "list")),
		faults.In(faults.Everywhere, faults.Allow("apps", "statefulsets", "list")),
		faults.In(faults.Everywhere, faults.Allow("apps", "daemonsets", "list")))
}

// toLoad is the agent that sends the load.
func toLoad() []faults.Right {
	return slices.Concat(faults.Allow("apps", "deployments", "create"), faults.Allow("", "pods/proxy", "create", "get"))
}

// Abroad are those of the scenarios that can be run on a cluster that we did not make, if
// it is large enough.
func Abroad(scenarios []suites.Scenario) []suites.Scenario {
	place := kindconfigs.Place{Traits: []kindconfigs.Trait{kindconfigs.Workers(1 << 20), kindconfigs.Zones}}
	return slices.DeleteFunc(slices.Clone(scenarios), func(s suites.Scenario) bool { return len(place.Missing(needs(s))) > 0 })
}
