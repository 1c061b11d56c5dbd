package judge

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// staged is the deed that is judged, where the record begins with another one: a
// fault that falls into a rollout (faults.During) is called by its own name, and
// what comes first is a deed on the Deployment, which only sets the stage.
func staged(h *history.History, w *model.World, began history.Mark) history.Mark {
	if strings.HasPrefix(h.Meta.Fault, "rollout/") || !rolls(w, began) {
		return began
	}
	for _, m := range marksOf(h, history.PhaseFault) {
		if len(m.Targets) > 0 && !rolls(w, m) {
			return m
		}
	}
	return began
}

// rolls reports whether the deed was done to Deployments alone.
func rolls(w *model.World, m history.Mark) bool {
	return len(m.Targets) > 0 && !slices.ContainsFunc(m.Targets, func(t string) bool { return w.Deployment(t) == nil })
}

// inRollout reports whether the deed fell into a rollout.
func (s *scene) inRollout() bool { return s.began.Earliest < s.deed.Earliest }

// rollouts are the deeds that may have rolled something: of a fault that falls into a
// rollout, those on the Deployment; else all.
func (s *scene) rollouts() []history.Mark {
	return slices.DeleteFunc(marksOf(s.h, history.PhaseFault), func(m history.Mark) bool { return s.inRollout() && !rolls(s.w, m) })
}

// lastRollout is the last deed that was done to the Deployment; the last of all if
// none names it.
func (s *scene) lastRollout(d *model.Deployment) history.Mark {
	for _, m := range slices.Backward(marksOf(s.h, history.PhaseFault)) {
		if slices.Contains(m.Targets, d.Name) {
			return m
		}
	}
	return s.lastDeed()
}

// deedsWithEnds are the deeds in the order of time, each with the beginning of the
// next one, the last with the beginning of the undo.
func (s *scene) deedsWithEnds() ([]history.Mark, []time.Duration) {
	deeds := marksOf(s.h, history.PhaseFault)
	slices.SortStableFunc(deeds, func(a, b history.Mark) int { return cmp.Compare(a.Earliest, b.Earliest) })
	var ends []time.Duration
	for n := range deeds {
		end := s.undone().Earliest
		if n+1 < len(deeds) {
			end = deeds[n+1].Earliest
		}
		ends = append(ends, end)
	}
	return deeds, ends
}
