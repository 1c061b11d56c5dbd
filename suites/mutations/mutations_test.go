package mutations

import (
	"regexp"
	"slices"
	"testing"

	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
)

var (
	plain    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	sentence = regexp.MustCompile(`^[A-Z].*[A-Za-z0-9%]\.$`)
)

// Each mutation is planted in a scenario of the catalogue, changes something, and
// names a finding that the scenario has.
func TestMutationsAreWellFormed(t *testing.T) {
	if n := len(All()); n < 60 {
		t.Errorf("%d mutations, want at least 60", n)
	}
	known, seen := catalogue.All(), map[string]bool{}
	for _, m := range All() {
		if seen[m.Name] || !plain.MatchString(m.Name) || !sentence.MatchString(m.Why) {
			t.Errorf("%s: %q", m.Name, m.Why)
		}
		seen[m.Name] = true
		if !slices.ContainsFunc(known, func(s suites.Scenario) bool { return s.Name == m.In.Name }) {
			t.Errorf("%s is planted in %q, which is no scenario", m.Name, m.In.Name)
		}
		if m.Change == nil && m.Fault == nil {
			t.Errorf("%s changes nothing", m.Name)
		}
		if !slices.ContainsFunc(m.In.Expect, func(e judge.Expectation) bool { return e.Name() == m.Finding }) {
			t.Errorf("%s: %s expects no %s", m.Name, m.In.Name, m.Finding)
		}
	}
}

func TestScenarios(t *testing.T) {
	all := All()
	trials := Scenarios(append(all[:1:1], all[0]))
	if len(trials) != 3 || trials[0].Name != all[0].In.Name || trials[1].Name != "mutation/"+all[0].Name {
		t.Fatalf("%+v", trials)
	}
	s := trials[1]
	if s.Must != (suites.Must{Status: judge.Fail, Finding: all[0].Finding}) || s.Twin != nil || s.Lab != nil || s.Why != all[0].Why {
		t.Errorf("%+v", s)
	}
	if trials[0].Twin == nil {
		t.Error("what it is planted in has lost its twin")
	}
}
