package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// keepsBudgets: the Eviction API takes a ready pod only if the others leave its budget
// what it asks for. What goes or fails by itself is not its doing, and what did so in
// the last second it may not have known. A pod that is not ready may go whatever the
// budget says, by its policy. Without the controller manager budgets are not counted.
func (s *scene) keepsBudgets() Finding {
	const want = "no ready pod evicted through the API unless as many others are ready as its budget asks for"
	in, n := s.counted(), 0
	var broken []string
	for _, p := range s.pods() {
		_, evicted := s.because(p, byEvictionAPI)
		if !evicted || !in.holds(p.leaving) || !s.readyAt(p, p.leaving-1) || strings.HasPrefix(s.h.Meta.Fault, "controlplane/") ||
			s.unseen(p.leaving, history.SourcePod, history.SourceReady, history.SourceReplicas) {
			continue
		}
		for _, b := range s.w.BudgetsOf(p.name, p.owner) {
			least, known := s.demanded(b, p.leaving)
			if !known {
				continue
			}
			n++
			if left := s.readyBeside(b, p); len(left) < least {
				broken = append(broken, fmt.Sprintf("%s was evicted at %s with %d others ready, budget %s asks for %d",
					p.name, offset(p.leaving), len(left), b.Name, least))
			}
		}
	}
	return kept(want, n, "evictions", broken, "the PodDisruptionBudget (registry/core/pod/rest/eviction.go)")
}

// demanded is the least number of pods that the budget keeps healthy about t, as far as
// it is known how many its owners ask for.
func (s *scene) demanded(b *model.Budget, t time.Duration) (int, bool) {
	var few, many int
	for _, o := range s.w.Covered(b) {
		least, most := o.Replicas, o.Replicas
		if d, is := strings.CutPrefix(o.Name, "Deployment/"); is {
			var known bool
			if least, most, known = s.asked(d, t); !known {
				return 0, false
			}
		}
		few, many = few+least, many+most
	}
	low, err := model.Healthy(b, few)
	if err != nil {
		return 0, false
	}
	high, err := model.Healthy(b, many)
	return min(low, high), err == nil
}

// readyBeside lists the other pods under the budget that are ready when the pod is
// evicted. Those that were evicted before it, in whatever short time, the API has counted.
func (s *scene) readyBeside(b *model.Budget, evicted pod) []string {
	t := evicted.leaving
	var left []string
	for _, p := range s.pods() {
		if p.name == evicted.name && p.uid == evicted.uid || p.from > t || !s.w.Covers(b, p.name, p.owner) {
			continue
		}
		went := min(p.leaving, p.to)
		if _, likewise := s.because(p, byEvictionAPI); went <= t-watchSlack || likewise && went <= t {
			continue
		}
		if slices.ContainsFunc(s.intervals(history.SourceReady, p.name), func(i history.Interval) bool {
			return i.State == "True" && sameUID(i, p) && i.From <= t+watchSlack && i.To >= t-watchSlack
		}) {
			left = append(left, p.name)
		}
	}
	return left
}
