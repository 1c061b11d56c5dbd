package run

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/nodeimage"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
	"github.com/seatrial/seatrial/workloads/web"
)

func scenario(name string, needs ...kindconfigs.Trait) suites.Scenario {
	return suites.Scenario{
		Name: name, App: web.App(), Needs: needs, Blast: suites.Namespace, Tier: suites.Smoke,
		Expect: suites.All(suites.Healed()), Hold: suites.Hold{For: 3 * time.Second, Heal: 30 * time.Second},
	}
}

func withTwin(s suites.Scenario) suites.Scenario {
	s.Twin = suites.Without("a thing", suites.Changes(), suites.Healed())
	return s
}

func titles(items []Item) string {
	var all []string
	for _, i := range items {
		all = append(all, i.Title()+"@"+i.In.Name)
	}
	return strings.Join(all, " ")
}

func TestItems(t *testing.T) {
	a, b := withTwin(scenario("t/a")), withTwin(scenario("t/b", kindconfigs.SmallDisk))
	for _, c := range []struct {
		place       string
		ownTimers   bool
		withoutTwin bool
		want        string
	}{
		{"", false, false, "t/a@fast t/a.twin@fast t/b@small-disk t/b.twin@small-disk"},
		{"", false, true, "t/a@fast t/b@small-disk"},
		{"", true, true, "t/a@default t/b@small-disk"},
		{"zones", false, false, "t/a@zones t/a.twin@zones t/b@"},
		{"fast", true, true, "t/a@fast t/b@"},
	} {
		items, err := Items(Options{Scenarios: []suites.Scenario{a, b}, Place: c.place, OwnTimers: c.ownTimers, WithoutTwin: c.withoutTwin})
		if got := titles(items); err != nil || got != c.want {
			t.Errorf("in %q, without twin %t: %s (%v)\nwant %s", c.place, c.withoutTwin, got, err, c.want)
		}
	}
	alone := withTwin(scenario("t/alone"))
	alone.Blast = suites.Node
	alone.Load = suites.Steady(50)
	silent := scenario("t/silent")
	silent.Blast = suites.Cluster
	loud := scenario("t/loud")
	loud.Blast, loud.Load = suites.Cluster, suites.Steady(500)
	sorted, _ := Items(Options{Scenarios: []suites.Scenario{loud, a, alone, silent}, Place: "fast"})
	if got := titles(sorted); got != "t/silent@fast t/alone@fast t/alone.twin@fast t/loud@fast t/a@fast t/a.twin@fast" {
		t.Errorf("those that want their cluster for themselves are not first, the silent before the loud: %s", got)
	}
	items, _ := Items(Options{Scenarios: []suites.Scenario{b}, Place: "zones"})
	if items[0].Why != "place zones lacks small-disk" {
		t.Errorf("why: %q", items[0].Why)
	}
	if _, err := Items(Options{Scenarios: []suites.Scenario{a}, Place: "fats"}); err == nil || !strings.Contains(err.Error(), `did you mean "fast"`) {
		t.Errorf("unknown place: %v", err)
	}
	if got := Places(items); len(got) != 0 {
		t.Errorf("a trial that cannot be hosted has %v made", got)
	}
}

func TestPlaceForSaysWhyThereIsNone(t *testing.T) {
	_, err := placeFor(scenario("t/a", kindconfigs.Workers(9)), kindconfigs.Places())
	for _, place := range preferred {
		if err == nil || !strings.Contains(err.Error(), "place "+place+" lacks 9 workers") {
			t.Errorf("%v, want why %s is none", err, place)
		}
	}
	for _, p := range kindconfigs.Places() {
		if !slices.Contains(preferred, p.Name) {
			t.Errorf("place %s is never tried", p.Name)
		}
	}
}

func TestPlan(t *testing.T) {
	node := scenario("t/node")
	node.Blast = suites.Node
	o := Options{Scenarios: []suites.Scenario{withTwin(scenario("t/a")), node, scenario("t/huge", kindconfigs.Workers(9))}, Parallel: 2}
	d, err := Plan(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	// 12 s beside the hold; a third of the time to heal, all of it for the twin.
	// Of blast ns two run at a time: (25 + 45)/2 + 25, and 35 s for the cluster.
	if d.Seconds != 95 || d.Trials[1].Seconds != 25 || d.Trials[2].Seconds != 45 {
		t.Errorf("%+v", d)
	}
	if last := d.Trials[3]; last.Skipped == "" || last.Seconds != 0 {
		t.Errorf("%+v", last)
	}
	o.Cluster = "dev"
	if there, err := Plan(t.Context(), o); err != nil || there.Seconds != 60 {
		t.Errorf("on a cluster that is there: %v s, %v", there.Seconds, err)
	}
	var table strings.Builder
	if err := d.Table(&table); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"t/a.twin", "runs alone there", "skipped: place fast lacks 9 workers", "4 trials, about 2 minutes"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("no %q in\n%s", want, table.String())
		}
	}
}

// Where Kubernetes' own timers are kept, a lost node is given up late: the estimate says so.
func TestEstimateKeepsTimers(t *testing.T) {
	s := scenario("t/node")
	s.Fault, s.Expect = faults.NodeKill(), suites.All(suites.Evicted())
	for place, want := range map[string]time.Duration{"fast": 25 * time.Second, "default": 417100 * time.Millisecond} { // 12 + 3 + 51 + 311.1 + 40
		in, err := kindconfigs.Find(place)
		if err != nil {
			t.Fatal(err)
		}
		if got := (Item{Scenario: s, In: in}).Estimate(); got != want {
			t.Errorf("%s: %s, want %s", place, got, want)
		}
	}
}

func TestEveryBlastIsExplained(t *testing.T) {
	for _, s := range catalogue.All() {
		if disturbs[string(s.Blast)] == "" {
			t.Errorf("%s: nobody says what blast %q disturbs", s.Name, s.Blast)
		}
	}
}

func TestDiffering(t *testing.T) {
	then := judge.Trial{Status: judge.Pass, Findings: []judge.Finding{{Name: "a", Status: judge.Pass}, {Name: "b", Status: judge.Pass}}}
	now := judge.Trial{Status: judge.Fail, Reason: "why", Findings: []judge.Finding{
		{Name: "a", Status: judge.Pass, Got: "another text"}, {Name: "b", Status: judge.Fail, Got: "3s"}, {Name: "c", Status: judge.Pass}}}
	want := []verdictChange{{"(verdict)", judge.Pass, judge.Fail, "why"}, {"b", judge.Pass, judge.Fail, "3s"}, {"c", "-", judge.Pass, ""}}
	if got := differing(then, now); !slices.Equal(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if got := differing(then, then); len(got) != 0 {
		t.Errorf("the same differs: %+v", got)
	}
}

// What was expected then and is no more differs too.
func TestDifferingFindsWhatIsGone(t *testing.T) {
	then := judge.Trial{Status: judge.Pass, Findings: []judge.Finding{{Name: "a", Status: judge.Pass}}}
	want := []verdictChange{{"a", judge.Pass, "-", ""}}
	if got := differing(then, judge.Trial{Status: judge.Pass}); !slices.Equal(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

func TestUndoersKnowEveryKind(t *testing.T) {
	for kind, undo := range Undoers() {
		if undo == nil {
			t.Errorf("%s has no undoer", kind)
		}
	}
	if len(Undoers()) < 7 {
		t.Errorf("only %d kinds", len(Undoers()))
	}
}

// A place asks for add-ons that there are.
func TestAddOnsOfPlacesAreKnown(t *testing.T) {
	for _, p := range kindconfigs.Places() {
		for _, name := range p.AddOns {
			if !slices.Contains(nodeimage.AddOns(), name) {
				t.Errorf("place %s asks for %s: there are %v", p.Name, name, nodeimage.AddOns())
			}
		}
	}
	s := &session{view: &quiet{}}
	unknown := kindconfigs.Place{Name: "odd", AddOns: []string{"no-such"}}
	if _, err := s.buildAddOns(t.Context(), []kindconfigs.Place{unknown}); err == nil || !strings.Contains(err.Error(), `place odd: add-on no-such: no add-on "no-such"`) {
		t.Errorf("%v", err)
	}
}
