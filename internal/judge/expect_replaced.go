package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// Replaced expects that every pod that was hit got a replacement of the same
// owner, ready inside the window that begins with the deed.
func Replaced() Expectation {
	return expectation{"replaced", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, func(p pod) (Finding, error) {
			c := model.Serving(s.w.Spec(p.name, p.owner))
			if c == nil {
				return Finding{}, fmt.Errorf("the objects say nothing about pod %s", p.name)
			}
			return s.replacedBy(p, model.Replaced(c, true), func(pod) bool { return true })
		})
	}}
}

// ReplacedElsewhere expects that every pod of the nodes that were hit got a
// replacement of the same owner on another node, ready inside the window that
// begins with the node's death.
func ReplacedElsewhere() Expectation {
	return expectation{"replaced-elsewhere", func(s *scene) (Finding, error) {
		hit, err := s.mustEvict()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, func(p pod) (Finding, error) {
			spec := s.w.Spec(p.name, p.owner)
			if model.Serving(spec) == nil {
				return Finding{}, fmt.Errorf("the objects say nothing about pod %s", p.name)
			}
			w := s.w.ReplacedElsewhere(s.h.Meta.Fault, p.node, spec, true, len(s.deed.Targets))
			return s.replacedBy(p, w, func(next pod) bool { return !slices.Contains(s.deed.Targets, next.node) })
		})
	}}
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

// replacedBy finds the replacement of one pod: of several lost together, the
// n-th lost gets the n-th new one.
func (s *scene) replacedBy(lost pod, w model.Window, fits func(pod) bool) (Finding, error) {
	if len(s.intervals(history.SourceReady, lost.name)) == 0 {
		return Finding{}, fmt.Errorf("the record does not say when pod %s was ready", lost.name)
	}
	what := "a replacement ready"
	// A spare that was there before the deed is no replacement.
	news := slices.DeleteFunc(s.pods(), func(p pod) bool {
		return p.owner != lost.owner || p.from < s.deed.Earliest || p.uid == lost.uid || !fits(p)
	})
	if lost.owner == "" && len(news) == 0 {
		return otherwise(w, what, "no new pod: it had no owner"), nil
	}
	var ready []time.Duration
	for _, p := range news {
		if t, ok := s.ready(p, s.deed.Earliest); ok && t < s.end {
			ready = append(ready, t)
		}
	}
	slices.Sort(ready)
	n := slices.IndexFunc(s.siblings(lost), lost.is)
	if n >= len(ready) {
		return never(w, what, fmt.Sprintf("%d new pods of %s, %d ready before the end", len(news), lost.owner, len(ready))), nil
	}
	return timed(w, s.deed, ready[n], what), nil
}

// siblings lists the pods that were hit and have the same owner.
func (s *scene) siblings(p pod) []pod {
	return slices.DeleteFunc(s.hit(), func(o pod) bool { return o.owner != p.owner })
}

// SameOwner expects that the pods which came after the deed have the owner that
// those hit had: ownerReferences name it.
func SameOwner() Expectation { return expectation{"same-owner", judgeSameOwner} }

func judgeSameOwner(s *scene) (Finding, error) {
	hit, err := s.mustHit()
	if err != nil {
		return Finding{}, err
	}
	owners := map[string]bool{}
	for _, p := range hit {
		owners[p.owner] = true
	}
	came := slices.DeleteFunc(s.pods(), func(p pod) bool { return p.from < s.deed.Earliest || p.from >= s.end })
	want := fmt.Sprintf("a new pod of %s", hit[0].owner)
	from := "ownerReferences (controller/replicaset/replica_set.go)"
	if hit[0].owner == "" || len(came) == 0 {
		return found(false, want, fmt.Sprintf("%d new pods", len(came)), from), nil
	}
	for _, p := range came {
		if !owners[p.owner] {
			return found(false, want, fmt.Sprintf("%s has owner %q", p.name, p.owner), from), nil
		}
	}
	return found(true, want, fmt.Sprintf("%d new pods, all of %s", len(came), hit[0].owner), from), nil
}
