package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// The invariants: what Kubernetes keeps to in every trial, whatever is broken.
// One that breaks is a FAIL. One that has nothing to check in a trial (no
// Deployment, no load) is left out, so that it does not look like a proof.
const (
	InvariantSurge        = "invariant-surge"        // not more pods than replicas + maxSurge
	InvariantAvailability = "invariant-availability" // no rollout takes away a pod that is needed
	InvariantEndpoints    = "invariant-endpoints"    // no new connection to a pod that is no endpoint any more
	InvariantOwnership    = "invariant-ownership"    // owners, hashes and revisions fit together
	InvariantApart        = "invariant-apart"        // whoever answers belongs to this trial
	InvariantSingle       = "invariant-single"       // no second copy of a StatefulSet's ordinal at work
	InvariantTolerations  = "invariant-tolerations"  // no pod evicted from its node before its time
	InvariantBudgets      = "invariant-budgets"      // no budget broken by an eviction
	InvariantLeases       = "invariant-leases"       // what is said of a node fits its sign of life
)

// watchSlack is how far the arrival of what different watches tell may be apart,
// and how long a controller may take to act on what it decided: the API latency
// objective of Kubernetes, 1 s at the 99th percentile
// (sig-scalability/slos/api_call_latency.md). A breach must last longer.
const watchSlack = time.Second

// Invariants checks what must hold in every trial between steady and drain.
func Invariants(h *history.History) []Finding {
	s, err := newScene(h)
	if err != nil {
		return nil // assumeRecord and assumeMarks say so
	}
	checks := []check{
		{InvariantSurge, func(*history.History) Finding { return s.keepsSurge() }},
		{InvariantAvailability, func(*history.History) Finding { return s.keepsAvailable() }},
		{InvariantEndpoints, func(*history.History) Finding { return s.keepsToEndpoints() }},
		{InvariantOwnership, func(*history.History) Finding { return s.keepsOwners() }},
		{InvariantApart, func(*history.History) Finding { return s.keepsApart() }},
		{InvariantSingle, func(*history.History) Finding { return s.keepsSingle() }},
		{InvariantTolerations, func(*history.History) Finding { return s.keepsTolerations() }},
		{InvariantBudgets, func(*history.History) Finding { return s.keepsBudgets() }},
		{InvariantLeases, func(*history.History) Finding { return s.keepsLeases() }},
		{InvariantResidue, leavesNothing},
	}
	return slices.DeleteFunc(checked(checks, h), func(f Finding) bool { return f.Status == Skipped })
}

// kept is the finding of an invariant: what was checked, and what broke it.
func kept(want string, checked int, of string, broken []string, from string) Finding {
	f := Finding{Status: Pass, Want: want, Got: fmt.Sprintf("kept in %d %s", checked, of), LimitFrom: from}
	switch {
	case len(broken) > 0:
		f.Status, f.Got = Fail, few(broken)
	case checked == 0:
		f.Status = Skipped
	}
	return f
}
