package judge

import (
	"fmt"

	"github.com/seatrial/seatrial/internal/history"
)

// InvariantResidue says that a trial leaves the cluster as it found it.
const InvariantResidue = "residue"

// leavesNothing judges the comparison of the cluster before and after the trial.
// Without the comparison there is nothing to check.
func leavesNothing(h *history.History) Finding {
	f := Finding{Status: Skipped, Want: "the cluster after the undo as it was before the trial"}
	var left []string
	for _, i := range h.Intervals {
		if i.Source != history.SourceResidue {
			continue
		}
		switch i.State {
		case history.StateLeft:
			left = append(left, i.Subject+" "+i.Detail)
		case history.StateCompared:
			f.Status, f.Got = Pass, "no difference in "+i.Detail
		}
	}
	if len(left) > 0 {
		f.Status, f.Got = Fail, fmt.Sprintf("%d left behind: %s", len(left), few(left))
	}
	return f
}
