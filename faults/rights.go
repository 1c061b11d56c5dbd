package faults

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/seatrial/seatrial/workloads"
)

// A Right is something that a cluster must allow: one verb on one resource.
type Right struct {
	Verb     string // "create", as RBAC calls it
	Group    string // of the API; "" is the core group
	Resource string // "pods", "deployments/scale"
	URL      string // in place of a resource: "/metrics"
	// Namespace is where: Trial, Everywhere, or a namespace by name.
	Namespace string
}

// Where a right is needed, beside a namespace by name.
const (
	Trial      = ""  // in the namespaces that are made for trials
	Everywhere = "*" // in all namespaces, or on what lies in none
)

// Allow lists rights: each verb on the resource of the group in the trial's namespace.
func Allow(group, resource string, verbs ...string) []Right {
	all := make([]Right, len(verbs))
	for n, verb := range verbs {
		all[n] = Right{Verb: verb, Group: group, Resource: resource}
	}
	return all
}

// In has the rights be needed in another namespace, or Everywhere.
func In(namespace string, rights []Right) []Right {
	moved := slices.Clone(rights)
	for n := range moved {
		moved[n].Namespace = namespace
	}
	return moved
}

// nodeRights are verbs on nodes, which lie in no namespace.
func nodeRights(verbs ...string) []Right { return In(Everywhere, Allow("", "nodes", verbs...)) }

// entitled is a fault that needs more rights than the way to the app: a method
// Rights beside Needs. The contract (faulttest) finds what it does without.
type entitled interface{ Rights() []Right }

// RightsOf lists what must be allowed to whoever injects the fault and undoes it,
// beside what any trial needs: the app's pods are listed and talked to, and whatever
// else the fault says.
func RightsOf(f Fault) []Right {
	all := slices.Concat(Allow("", "pods", "get", "list"), Allow("", "pods/proxy", "create", "get"))
	if e, ok := f.(entitled); ok {
		all = append(all, e.Rights()...)
	}
	return all
}

// rightsOf lists the rights of all of the faults.
func rightsOf(all ...Fault) []Right {
	var rights []Right
	for _, f := range all {
		rights = append(rights, RightsOf(f)...)
	}
	return rights
}

// toUpdate is what giving a Deployment another template takes, toRollBack what
// undoing that takes beside.
func toUpdate() []Right   { return Allow("apps", "deployments", "get", "update") }
func toRollBack() []Right { return append(toUpdate(), Allow("apps", "replicasets", "list")...) }

// toApplyAgain is what Site.applyAgain takes.
func toApplyAgain() []Right { return append(toUpdate(), Allow("", "configmaps", "get", "update")...) }

// toScale is what scaling a Deployment takes.
func toScale() []Right { return Allow("apps", "deployments/scale", "get", "update") }

// RightsToApply lists what it takes to create the objects and to read them back.
func RightsToApply(o *workloads.Objects) []Right {
	var all []Right
	for _, object := range o.All() {
		kind := object.GetObjectKind().GroupVersionKind()
		for _, r := range Allow(kind.Group, plural(kind.Kind), "create", "get") {
			if !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	return all
}

// plural is the resource of a built-in kind: what kubectl guesses too.
func plural(kind string) string {
	resource, _ := meta.UnsafeGuessKindToResource(schema.GroupVersionKind{Kind: kind})
	return resource.Resource
}

// toReplace is what Site.take takes, beside the knob.
func toReplace() []Right { return Allow("", "pods", "delete") }

// toRunJob is what Site.startJob takes.
func toRunJob() []Right { return Allow("batch", "jobs", "create", "delete") }

// toReadDNS is what finding the cluster's DNS takes.
func toReadDNS() []Right {
	return slices.Concat(In(metav1.NamespaceSystem, Allow("apps", "deployments", "get")), In(metav1.NamespaceSystem, Allow("", "pods", "list")))
}

// toAskKubelets is what reading a kubelet's statistics and settings takes.
func toAskKubelets() []Right { return In(Everywhere, Allow("", "nodes/proxy", "get")) }
