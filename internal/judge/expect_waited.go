package judge

import (
	"fmt"
	"slices"

	"github.com/seatrial/seatrial/internal/history"
)

// RestartWaited expects of the pods whose containers the last deed killed, while their
// node's runtime was stopped, that they were not started again before the undo, and were
// inside the window that begins with it, by their own logs: the same pods.
func RestartWaited() Expectation {
	return expectation{"restart-waited", func(s *scene) (Finding, error) {
		last := s.lastDeed()
		killed := slices.DeleteFunc(s.podsAt(last.Earliest), func(p pod) bool { return !slices.Contains(last.Targets, p.name) })
		if len(killed) == 0 {
			return Finding{}, fmt.Errorf("the record has no pod whose container was killed (targets %v)", last.Targets)
		}
		return each(killed, s.restartWaited)
	}}
}

func (s *scene) restartWaited(p pod) (Finding, error) {
	if _, err := s.lives(p); err != nil {
		return Finding{}, err
	}
	w := s.w.RestartedOnceBack(p.node)
	const what = "started again"
	start, ok := first(s.app(p, history.AppStart, s.lastDeed().Latest), 0, func(history.Interval) bool { return true })
	switch {
	case !ok || start.From >= s.end:
		return never(w, what, "never started again").counted(0), nil
	case start.From < s.undone().Earliest:
		return otherwise(w, what, fmt.Sprintf("started again at %s, before the undo", offset(start.From))).counted(1), nil
	}
	return timed(w, s.undone(), start.From, what).counted(1), nil
}
