package faulttest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/client-go/testing"

	"github.com/seatrial/seatrial/faults"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// rightOf is what an API server would look up before it did this.
func rightOf(a testing.Action) faults.Right {
	r := faults.Right{Verb: strings.ReplaceAll(a.GetVerb(), "-", ""), Group: a.GetResource().Group, Resource: a.GetResource().Resource}
	if sub := a.GetSubresource(); sub != "" {
		r.Resource += "/" + sub
	}
	if a.GetSubresource() == "eviction" {
		r.Group = "" // a subresource of pods, whatever group its kind is of
	}
	switch at := a.GetNamespace(); at {
	case Namespace:
	case "":
		r.Namespace = faults.Everywhere
	default:
		r.Namespace = at
	}
	return r
}

func (w *World) use(r faults.Right) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.used[r] = true
}

func (w *World) touch(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.touched = append(w.touched, what)
}

// within checks that the fault and its undo did nothing that it does not declare: no
// more than its rights, and nothing to machines that it does not need.
func within(t reporter, w *World, f faults.Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	allowed := faults.RightsOf(f)
	var without []string
	for _, r := range slices.Collect(maps.Keys(w.used)) {
		everywhere := r
		everywhere.Namespace = faults.Everywhere
		if !slices.Contains(allowed, r) && !slices.Contains(allowed, everywhere) {
			without = append(without, fmt.Sprintf("%s %s%s %q %q", r.Verb, r.Resource, r.URL, r.Group, r.Namespace))
		}
	}
	slices.Sort(without)
	if len(without) > 0 {
		t.Errorf("%s is not among its rights", strings.Join(without, ", "))
	}
	ours := []kindconfigs.Trait{kindconfigs.Machines, kindconfigs.NodePower, kindconfigs.SmallDisk, kindconfigs.Capped}
	needs := func(n kindconfigs.Trait) bool { return slices.Contains(ours, n) }
	if len(w.touched) > 0 && !slices.ContainsFunc(f.Needs(), needs) {
		t.Errorf("it does %q to machines and does not need any (kindconfigs.Machines)", w.touched[0])
	}
}
