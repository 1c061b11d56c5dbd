// Package mutations plants known defects, the mistakes that people make with
// Kubernetes, one at a time into scenarios that pass without them. A defect is
// caught if its trial FAILs in the finding named here, beforehand: a suite that
// stays green over it, or is red somewhere else, would not have found it either.
package mutations

import (
	"slices"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads"
)

// A Mutation is a scenario with a defect in it.
type Mutation struct {
	Name    string          // what was done wrong, "no-pre-stop"
	In      suites.Scenario // what passes without it
	Why     string          // what the mistake does to users, one sentence
	Finding string          // the finding that must FAIL
	Change  workloads.Change
	Fault   faults.Fault // instead of the scenario's, where the mistake is in what is rolled out; nil: the same
}

// Topic is the topic of all mutations.
const Topic = "mutation"

// Scenario is the trial of the mutation: it passes if the defect is caught.
func (m Mutation) Scenario() suites.Scenario {
	s := m.In
	s.Name, s.Why, s.Twin, s.Lab = Topic+"/"+m.Name, m.Why, nil, nil
	s.Must = suites.MustFail(m.Finding)
	if m.Change != nil {
		s.App = s.App.With(m.Change)
	}
	if m.Fault != nil {
		s.Fault = m.Fault
	}
	return s
}

// All lists every mutation.
func All() []Mutation {
	return slices.Concat(shutdown, rollouts, probing, switching, losses, drains, placing, crowding, severing)
}

// Scenarios lists what the mutations are planted in, each once, then their trials.
func Scenarios(all []Mutation) []suites.Scenario {
	var bases, trials []suites.Scenario
	for _, m := range all {
		if !slices.ContainsFunc(bases, func(s suites.Scenario) bool { return s.Name == m.In.Name }) {
			bases = append(bases, m.In)
		}
		trials = append(trials, m.Scenario())
	}
	return append(bases, trials...)
}
