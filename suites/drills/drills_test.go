package drills_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/drills"
)

// Every fault can be drilled: under a name of its own, in a place that there is, with
// an end.
func TestAll(t *testing.T) {
	all := drills.All(time.Second)
	if len(all) != len(faults.All()) {
		t.Errorf("%d drills of %d faults", len(all), len(faults.All()))
	}
	names := map[string]bool{}
	for n, s := range all {
		if s.Name != drills.Name(faults.All()[n].Card().Name) || names[s.Name] {
			t.Errorf("drill %q of %s", s.Name, faults.All()[n].Card().Name)
		}
		names[s.Name] = true
		if loaded := s.Name == "inject/app-flood"; (s.Load.Rate != 0) != loaded || s.Hold.For != time.Second || s.Hold.Settle == 0 || len(s.Expect) != 1 {
			t.Errorf("%s: %+v", s.Name, s)
		}
		items, err := run.Items(run.Options{Scenarios: []suites.Scenario{s}, WithoutTwin: true})
		if err != nil || items[0].Why != "" {
			t.Errorf("%s: no place for it: %v %+v", s.Name, err, items)
		}
	}
}

// A drill that stays in its namespace needs no machine, and changes nothing but in namespaces:
// on somebody else's cluster it may be done without leave.
func TestBlastOfDrills(t *testing.T) {
	for n, f := range faults.All() {
		if drills.All(time.Second)[n].Blast != suites.Namespace {
			continue
		}
		if strings.Contains(f.Card().Look, "-n kube-system") {
			t.Errorf("%s is seen at what serves the whole cluster, and is said to disturb its namespace only", f.Card().Name)
		}
		for _, r := range faults.RightsOf(f) {
			read := slices.Contains([]string{"get", "list", "watch"}, r.Verb)
			if r.Namespace == faults.Everywhere && !read && r.Resource != "namespaces" {
				t.Errorf("%s may %s %s everywhere, and is said to disturb its namespace only", f.Card().Name, r.Verb, r.Resource)
			}
		}
	}
}
