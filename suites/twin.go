package suites

import (
	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/workloads"
)

// Without makes the twin that lacks a protection: the app with the change. The
// expectation is the one that must FAIL there.
//
//	Twin: suites.Without("liveness probe", web.NoLiveness(), suites.Healed())
func Without(what string, change workloads.Change, mustFail judge.Expectation) *Twin {
	return &Twin{Without: what, Change: []workloads.Change{change}, Expect: mustFail}
}

// WithoutCare makes the twin that breaks the same app in a less careful way.
func WithoutCare(what string, fault faults.Fault, mustFail judge.Expectation) *Twin {
	return &Twin{Without: what, Fault: fault, Expect: mustFail}
}

// All is a list of expectations, to be read as one sentence.
func All(expect ...judge.Expectation) []judge.Expectation { return expect }

// Changes makes one change of several.
func Changes(changes ...workloads.Change) workloads.Change {
	return func(o *workloads.Objects) {
		for _, change := range changes {
			change(o)
		}
	}
}
