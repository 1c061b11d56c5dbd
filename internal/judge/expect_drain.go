package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// Drained expects that every pod of the nodes that were drained was evicted, the last
// of them inside the window that budgets leave, and that each was replaced on a node
// that was not drained.
func Drained() Expectation { return expectation{"drained", judgeDrained} }

func judgeDrained(s *scene) (Finding, error) {
	hit, err := s.mustHit()
	if err != nil {
		return Finding{}, err
	}
	_, c, err := s.of(hit[0])
	if err != nil {
		return Finding{}, err
	}
	all := len(s.podsAt(s.deed.Earliest))
	healthy, err := s.mustStay(hit[0], all)
	if err != nil {
		return Finding{}, err
	}
	w, last := s.w.Drained(c, len(hit), all-healthy), time.Duration(0)
	const what = "the last pod evicted"
	for _, p := range hit {
		if p.leaving >= s.undone().Earliest {
			return never(w, what, p.name+" was not evicted before the undo"), nil
		}
		last = max(last, p.leaving)
	}
	f := timed(w, s.deed, last, what)
	came := 0
	for _, p := range s.pods() {
		if p.from < s.deed.Earliest || p.from >= s.undone().Earliest {
			continue
		}
		if slices.Contains(s.deed.Targets, p.node) {
			f.Status, f.Got = Fail, f.Got+fmt.Sprintf(", %s came to %s, which was drained", p.name, p.node)
		}
		if ready, ok := s.ready(p, p.from); ok && ready < s.undone().Earliest && p.owner == hit[0].owner {
			came++
		}
	}
	if came < len(hit) {
		f.Status, f.Got = Fail, f.Got+fmt.Sprintf(", %d of %d replaced before the undo", came, len(hit))
	}
	return f, nil
}

// mustStay is how many pods the budget of the pod's Deployment keeps healthy; 0 where there
// is no budget at all.
func (s *scene) mustStay(p pod, pods int) (int, error) {
	b := s.budgetOf(p)
	switch {
	case b != nil:
		return model.Healthy(b, pods)
	case len(s.w.Budgets) > 0:
		return 0, fmt.Errorf("no budget that was applied is one of pod %s", p.name)
	}
	return 0, nil
}

// budgetOf is the budget that covers the pod, nil if none does.
func (s *scene) budgetOf(p pod) *model.Budget {
	if all := s.w.BudgetsOf(p.name, p.owner); len(all) > 0 {
		return all[0]
	}
	return nil
}

// BudgetKept expects that at no time from the deed to the end fewer pods were ready, and
// not on their way out, than the app's budget asks for. A record without a budget
// proves nothing.
func BudgetKept() Expectation { return expectation{"budget-kept", judgeBudget} }

func judgeBudget(s *scene) (Finding, error) {
	if len(s.w.Budgets) == 0 {
		return Finding{}, fmt.Errorf("no budget was applied")
	}
	bare := func(p pod) bool { return s.budgetOf(p) == nil }
	before := slices.DeleteFunc(s.podsAt(s.deed.Earliest), bare)
	if len(before) == 0 {
		return Finding{}, fmt.Errorf("the record has no pod at the deed that a budget selects")
	}
	healthy, err := s.mustStay(before[0], len(before))
	if err != nil {
		return Finding{}, err
	}
	least, broken := len(before), []string{}
	for _, t := range s.turns() {
		n := len(slices.DeleteFunc(s.podsAt(t), func(p pod) bool { return bare(p) || !s.readyAt(p, t) }))
		if least = min(least, n); n < healthy {
			broken = append(broken, fmt.Sprintf("%d at %s", n, offset(t)))
		}
	}
	f := found(len(broken) == 0, fmt.Sprintf("at least %d pods ready at any time", healthy),
		fmt.Sprintf("never fewer than %d", least), "the PodDisruptionBudget (registry/core/pod/rest/eviction.go)")
	if len(broken) > 0 {
		f.Got = strings.TrimSpace(few(broken))
	}
	return f, nil
}

// turns are the instants since the deed at which a pod came, went or changed its readiness.
func (s *scene) turns() []time.Duration {
	all := []time.Duration{s.deed.Latest}
	for _, i := range append(s.intervals(history.SourcePod, ""), s.intervals(history.SourceReady, "")...) {
		for _, t := range []time.Duration{i.From, i.To} {
			if t >= s.deed.Latest && t < s.end {
				all = append(all, t)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
