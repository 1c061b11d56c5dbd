package judge

import (
	"fmt"

	"github.com/seatrial/seatrial/internal/history"
)

// InvariantResidue says that a trial leaves the cluster as it found it.
const InvariantResidue = "residue"

// leavesNothing judges the comparison of the cluster before and after the trial.
// Without the comparison there is nothing to check; where part of the cluster could not
// be looked into, nobody knows that nothing is left there.
func leavesNothing(h *history.History) Finding {
	f := Finding{Status: Skipped, Want: "the cluster after the undo as it was before the trial"}
	var left, unseen []string
	for _, i := range h.Intervals {
		if i.Source != history.SourceResidue {
			continue
		}
		switch i.State {
		case history.StateLeft:
			left = append(left, i.Subject+" "+i.Detail)
		case history.StateUnseen:
			unseen = append(unseen, oneLine(i.Subject+" could not be looked into "+i.Detail))
		case history.StateCompared:
			f.Status, f.Got = Pass, "no difference in "+i.Detail
		}
	}
	switch {
	case len(left) > 0:
		f.Status, f.Got = Fail, fmt.Sprintf("%d left behind: %s", len(left), few(left))
	case len(unseen) > 0:
		f.Status, f.Got = Invalid, few(unseen)
	}
	return f
}
