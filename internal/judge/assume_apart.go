package judge

import (
	"fmt"

	"github.com/seatrial/seatrial/internal/history"
)

// assumeApart holds if the quiet app that was loaded beside the trial, and to which
// nobody did anything, had no failure while downtime counted. A failure there came
// from outside: from another trial, or from a machine with too much to do. What
// the trial itself found is then not to be believed, be it good or bad.
func assumeApart(h *history.History) Finding {
	const want = "no failed request of a quiet app beside the trial"
	in := measured(h)
	asked, failed := "", []string{}
	for _, i := range h.Intervals {
		switch {
		case i.Source != history.SourceWitness:
		case i.State == history.StateAsked:
			asked = fmt.Sprintf("0 of %s requests failed %s", i.Attrs[history.AttrRequests], span{i.From, i.To})
		case in.holds(i.From):
			failed = append(failed, fmt.Sprintf("lane %s at %s: %s", i.Subject, offset(i.From), i.State))
		}
	}
	if asked == "" && len(failed) == 0 {
		return sound(want, "nobody stood beside it")
	}
	return tell(want, asked, failed)
}
