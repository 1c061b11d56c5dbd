package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// PendingUntilUndone expects that pods which came while nothing could be placed stayed
// Pending, without a node, until the undo, and were ready inside the window that begins
// with it. What the scheduler says of them (condition PodScheduled) may be asked for as well.
// It counts the pods that stayed Pending.
func PendingUntilUndone(words ...string) Expectation {
	return expectation{"pending-until-undone", func(s *scene) (Finding, error) {
		came := s.cameBlocked()
		if len(came) == 0 {
			return Finding{}, fmt.Errorf("no pod came between the deed and its undo")
		}
		return each(came, func(p pod) (Finding, error) { return s.pendingUntilUndone(p, words) })
	}}
}

// cameBlocked lists the pods that came between the last deed and the undo.
func (s *scene) cameBlocked() []pod {
	return slices.DeleteFunc(s.pods(), func(p pod) bool {
		return p.from < s.lastDeed().Earliest || p.from >= s.undone().Earliest
	})
}

func (s *scene) pendingUntilUndone(p pod, words []string) (Finding, error) {
	f, err := s.readyAfterUndo(p)
	if err != nil {
		return Finding{}, err
	}
	placed, ok := s.sent(p)
	if ok && placed.From < s.undone().Earliest {
		f.Status, f.Got = Fail, fmt.Sprintf("on %s at %s, before the undo", placed.Attrs[history.AttrNode], offset(placed.From))
		return f.counted(0), nil
	}
	f.Want = "Pending until the undo, " + f.Want
	for _, word := range words {
		if len(s.unsaid([]pod{p}, word)) > 0 {
			f.Status, f.Got = Fail, f.Got+fmt.Sprintf(", its condition PodScheduled never said %q", word)
		}
	}
	return f.counted(1), nil
}

// sent is the state in which the pod first had a node.
func (s *scene) sent(p pod) (history.Interval, bool) {
	return first(s.intervals(history.SourcePod, p.name), p.from, func(i history.Interval) bool { return i.Attrs[history.AttrNode] != "" })
}

// readyAfterUndo is the finding about when a pod that was held up was ready.
func (s *scene) readyAfterUndo(p pod) (Finding, error) {
	_, c, err := s.of(p)
	if err != nil {
		return Finding{}, err
	}
	w, err := s.w.Unblocked(s.h.Meta.Fault, c)
	if err != nil {
		return Finding{}, err
	}
	const what = "ready"
	ready, ok := s.ready(p, p.from)
	if !ok || ready >= s.end {
		return never(w, what, "never ready"), nil
	}
	return timed(w, s.undone(), max(ready, s.undone().Earliest), what), nil
}

// MissingUntilUndone expects that pods which were deleted, or ended for good, while nobody
// made replicas were not replaced before the undo, and were inside the window that begins
// with it.
func MissingUntilUndone() Expectation {
	return expectation{"missing-until-undone", judgeMissing}
}

func judgeMissing(s *scene) (Finding, error) {
	lost, since := s.doneAwayWith()
	if len(lost) == 0 {
		return Finding{}, fmt.Errorf("the record has no pod that a deed did away with (targets %v)", s.lastDeed().Targets)
	}
	return each(lost, func(p pod) (Finding, error) { return s.missingUntilUndone(p, since[p.uid]) })
}

// doneAwayWith lists the pods among the deeds' targets that were not there to the end, and since
// when by UID: the deed that was done to them.
func (s *scene) doneAwayWith() ([]pod, map[string]time.Duration) {
	since := map[string]time.Duration{}
	lost := slices.DeleteFunc(s.pods(), func(p pod) bool {
		n := slices.IndexFunc(s.h.Marks, func(m history.Mark) bool {
			return m.Phase == history.PhaseFault && slices.Contains(m.Targets, p.name)
		})
		if n < 0 || min(p.leaving, p.to) >= s.end {
			return true
		}
		since[p.uid] = s.h.Marks[n].Earliest
		return false
	})
	return lost, since
}

func (s *scene) missingUntilUndone(lost pod, since time.Duration) (Finding, error) {
	_, c, err := s.of(lost)
	if err != nil {
		return Finding{}, err
	}
	w, err := s.w.Unblocked(s.h.Meta.Fault, c)
	if err != nil {
		return Finding{}, err
	}
	if ended, ok := s.exit(lost, since); min(lost.leaving, lost.to) >= s.undone().Earliest && (!ok || ended >= s.undone().Earliest) {
		return Finding{}, fmt.Errorf("pod %s went only after the undo", lost.name)
	}
	const what = "a replacement ready"
	var ready []time.Duration
	for _, p := range s.pods() {
		if p.owner != lost.owner || p.from < since || p.uid == lost.uid {
			continue
		}
		if came := s.came(p); came < s.undone().Earliest {
			return otherwise(w, what, fmt.Sprintf("%s came at %s, before the undo", p.name, offset(came))), nil
		}
		if t, ok := s.ready(p, p.from); ok && t < s.end {
			ready = append(ready, t)
		}
	}
	if len(ready) == 0 {
		return never(w, what, "none was ready before the end"), nil
	}
	return timed(w, s.undone(), slices.Min(ready), what), nil
}

// came is when the pod came: by the API, or by its node's runtime, which tells of it while
// nobody asks the API.
func (s *scene) came(p pod) time.Duration {
	if start, ok := s.runtimeSaw(p, "start", 0); ok {
		return min(p.from, start)
	}
	return p.from
}
