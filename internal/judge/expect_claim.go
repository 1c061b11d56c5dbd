package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// Released expects that every pod whose labels ceased to match was let go by its
// ReplicaSet, inside its window, and was left alone until the undo: neither
// deleted nor restarted, there to be looked at.
func Released() Expectation {
	return expectation{"released", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.released)
	}}
}

func (s *scene) released(p pod) (Finding, error) {
	if p.owner == "" {
		return Finding{}, fmt.Errorf("pod %s had no owner", p.name)
	}
	undone := s.undone().Earliest
	restarts, err := s.restarted(p, s.deed.Earliest, undone)
	if err != nil {
		return Finding{}, err
	}
	w := model.Released()
	const what = "without an owner"
	free, ok := first(s.intervals(history.SourcePod, p.name), s.deed.Earliest, func(i history.Interval) bool {
		return sameUID(i, p) && i.Attrs[history.AttrOwner] == ""
	})
	if !ok || free.From >= undone {
		if undone-s.deed.Latest <= w.To {
			return Finding{}, fmt.Errorf("the label of pod %s was set back before the pod must have been let go (%s)", p.name, w.Range())
		}
		return never(w, what, "still of "+p.owner), nil
	}
	f := timed(w, s.deed, free.From, what)
	f.Want += ", running on until the undo"
	switch gone := min(p.leaving, p.to); {
	case gone < undone:
		f.Status, f.Got = Fail, f.Got+", gone at "+offset(gone)
	case restarts != 0:
		f.Status, f.Got = Fail, f.Got+fmt.Sprintf(", %d restarts", restarts)
	default:
		f.Got += ", running on until " + offset(undone)
	}
	return f, nil
}

// SurplusRemoved expects that a pod which came with a deed and had the labels of a
// ReplicaSet's pods was adopted and, being one too many, deleted, inside its
// window, and that none of those which were there before went in its stead.
func SurplusRemoved() Expectation { return expectation{"surplus-removed", judgeSurplus} }

func judgeSurplus(s *scene) (Finding, error) {
	var all []Finding
	deeds := marksOf(s.h, history.PhaseFault)
	for n, deed := range deeds {
		until := s.undone().Earliest
		if n+1 < len(deeds) {
			until = deeds[n+1].Earliest
		}
		for _, p := range s.pods() {
			if slices.Contains(deed.Targets, p.name) && p.from >= deed.Earliest {
				all = append(all, s.surplus(p, deed, span{deed.Earliest, until}))
			}
		}
	}
	if len(all) == 0 {
		return Finding{}, fmt.Errorf("no pod came with a deed")
	}
	return together(all), nil
}

func (s *scene) surplus(p pod, deed history.Mark, in span) Finding {
	w := model.Surplus()
	what := p.name + " deleted"
	gone := min(p.leaving, p.to)
	f := never(w, what, "it is there still")
	if gone < in.to {
		f = timed(w, deed, gone, what)
	}
	f.Want += ", adopted first, and no other"
	if p.owner == "" {
		f.Status, f.Got = Fail, f.Got+"; it was never adopted"
	}
	var others []string
	for _, o := range s.podsAt(in.from) {
		if p.owner != "" && o.owner == p.owner && in.holds(min(o.leaving, o.to)) {
			others = append(others, fmt.Sprintf("%s went at %s", o.name, offset(min(o.leaving, o.to))))
		}
	}
	if len(others) > 0 {
		f.Status, f.Got = Fail, f.Got+"; "+strings.Join(others, ", ")
	}
	return f
}
