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
	for _, p := range s.pods() {
		if p.from >= s.deed.Earliest && p.from < s.undone().Earliest && slices.Contains(s.deed.Targets, p.node) {
			f.Status, f.Got = Fail, f.Got+fmt.Sprintf(", %s came to %s, which was drained", p.name, p.node)
		}
	}
	return f, nil
}

// mustStay is how many pods the budget of the pod's Deployment keeps healthy; 0 without one.
func (s *scene) mustStay(p pod, pods int) (int, error) {
	d := s.w.DeploymentOf(p.owner)
	for i := range s.w.Budgets {
		b := &s.w.Budgets[i]
		if d != nil && b.Spec.Selector != nil && includes(d.Spec.Template.Labels, b.Spec.Selector.MatchLabels) {
			return model.Healthy(b, pods)
		}
	}
	return 0, nil
}

func includes(labels, wanted map[string]string) bool {
	for name, value := range wanted {
		if labels[name] != value {
			return false
		}
	}
	return true
}

// BudgetKept expects that at no time from the deed to the end fewer pods were ready, and
// not on their way out, than the app's budget asks for. A record without a budget
// proves nothing.
func BudgetKept() Expectation { return expectation{"budget-kept", judgeBudget} }

func judgeBudget(s *scene) (Finding, error) {
	if len(s.w.Budgets) == 0 {
		return Finding{}, fmt.Errorf("no budget was applied")
	}
	before := s.podsAt(s.deed.Earliest)
	if len(before) == 0 {
		return Finding{}, fmt.Errorf("the record has no pod at the deed")
	}
	healthy, err := s.mustStay(before[0], len(before))
	if err != nil {
		return Finding{}, err
	}
	least, broken := len(before), []string{}
	for _, t := range s.turns() {
		n := len(slices.DeleteFunc(s.podsAt(t), func(p pod) bool { return !s.readyAt(p, t) }))
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
