package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// Throttled expects that every pod that was hit, by the kernel's own count, was held
// back in most of its scheduling periods: its CPU limit holds.
func Throttled() Expectation {
	return expectation{"throttled", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.throttled)
	}}
}

func (s *scene) throttled(p pod) (Finding, error) {
	i, ok := first(s.intervals(history.SourceCPU, p.name), 0, inState(history.StateBurning))
	if !ok {
		return Finding{}, fmt.Errorf("the record does not say how much processor time pod %s had", p.name)
	}
	periods, _ := number(i, history.AttrPeriods)
	throttled, _ := number(i, history.AttrThrottled)
	got := fmt.Sprintf("%s ms of processor time in %s, held back in %d of %d periods", i.Attrs[history.AttrMillis], short(i.To-i.From), throttled, periods)
	return found(periods > 0 && 2*throttled > periods, "held back in most periods", got, "resources.limits.cpu (CFS quota, kernel/sched/fair.c)"), nil
}

// ReplacedMeanwhile expects that the pods of the last deed got their replacements
// inside the window, although what was broken first was broken still.
func ReplacedMeanwhile() Expectation {
	return expectation{"replaced-meanwhile", func(s *scene) (Finding, error) {
		then := *s
		then.deed, then.end = s.lastDeed(), s.undone().Earliest
		lost, err := then.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(lost, func(p pod) (Finding, error) {
			c := model.Serving(s.w.Spec(p.name, p.owner))
			if c == nil {
				return Finding{}, fmt.Errorf("the objects say nothing about pod %s", p.name)
			}
			w := model.Replaced(c, true)
			f, err := then.replacedBy(p, w, func(pod) bool { return true })
			if err == nil && f.Status == Fail && then.end-then.deed.Earliest < w.To {
				err = fmt.Errorf("it was undone %s after, before a replacement is due (%s)", short(then.end-then.deed.Earliest), w.Range())
			}
			return f, err
		})
	}}
}

// NoPressure expects that no node of a pod that was hit came under that pressure, a
// condition of its kubelet.
func NoPressure(condition string) Expectation {
	return expectation{"no-pressure", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		var wrong, nodes []string
		for _, p := range hit {
			if slices.Contains(nodes, p.node) {
				continue
			}
			nodes = append(nodes, p.node)
			all := s.spells(history.SourceCondition, p.node+"/"+condition)
			if len(all) == 0 {
				return Finding{}, fmt.Errorf("the record has no condition %s of node %s", condition, p.node)
			}
			if i, ok := first(all, s.deed.Earliest, inState("True")); ok && i.From < s.end {
				wrong = append(wrong, fmt.Sprintf("%s: %s at %s", p.node, condition, offset(i.From)))
			}
		}
		got := strings.Join(nodes, ", ") + ": never"
		if len(wrong) > 0 {
			got = strings.Join(wrong, "; ")
		}
		return found(len(wrong) == 0, "never "+condition, got, "the pod's own limit is met before its node's"), nil
	}}
}

// MemoryPressureSeen expects that a node whose memory was taken says MemoryPressure
// inside its window.
func MemoryPressureSeen() Expectation {
	return expectation{"memory-pressure", func(s *scene) (Finding, error) {
		return s.eachNode(func(node string) (Finding, error) {
			w, what := s.w.MemoryPressure(node), "MemoryPressure"
			i, ok := first(s.spells(history.SourceCondition, node+"/MemoryPressure"), s.deed.Earliest, inState("True"))
			if !ok || i.From >= s.end {
				return never(w, what, "never"), nil
			}
			return timed(w, s.deed, i.From, what), nil
		})
	}}
}

// evictedAt is when a kubelet evicted the pod, and its message.
func (s *scene) evictedAt(p pod) (at time.Duration, message string, ok bool) {
	i, ok := first(s.intervals(history.SourcePod, p.name), s.deed.Earliest, func(i history.Interval) bool {
		reason := i.Attrs[history.AttrReason]
		return sameUID(i, p) && (reason == history.ReasonEvicted || reason == history.ReasonByKubelet) && i.From < s.end
	})
	return i.From, i.Detail, ok
}
