package judge

import (
	"fmt"

	"github.com/seatrial/seatrial/internal/history"
)

// Undone expects that the fault was seen by a sensor, and that after its undo the app
// came back within the time that it was given: all its pods ready, every Deployment at
// what it was asked for, every node Ready. It tells how long each took.
func Undone() Expectation { return expectation{"undone", judgeUndone} }

func judgeUndone(s *scene) (Finding, error) {
	seen, ok := mark(s.h, history.PhaseSeen)
	if !ok {
		return Finding{}, fmt.Errorf("no effect of the fault was seen")
	}
	undone, ok := mark(s.h, history.PhaseRecover)
	if !ok {
		return Finding{}, fmt.Errorf("the record has no mark %q: nothing was undone", history.PhaseRecover)
	}
	const want, from = "seen, and after the undo all back as it was", "the fault's card"
	took := fmt.Sprintf("seen %s after the deed, undone in %s", short(seen.Latest-s.lastDeed().Earliest), short(undone.Latest-undone.Earliest))
	settled, ok := mark(s.h, history.PhaseSettled)
	if !ok {
		return found(false, want, took+", not back in the time that it was given", from), nil
	}
	f := found(true, want, took+", back "+short(settled.Earliest-undone.Latest)+" later", from)
	f.Measured = milliseconds(settled.Earliest - undone.Earliest)
	return f, nil
}
