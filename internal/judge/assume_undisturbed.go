package judge

import (
	"fmt"

	"github.com/seatrial/seatrial/internal/history"
)

// assumeUndisturbed holds if the quiet app that was loaded beside the trial, and to
// which nobody did anything, was there and had no failure while downtime counted. A
// failure there came from outside: from another trial, or from a machine with too
// much to do. What the trial itself found is then not to be believed, be it good or
// bad. A trial without such an app (a lab, one that has its cluster for itself) is
// not judged for it.
func assumeUndisturbed(h *history.History) Finding {
	const want = "no failed request of a quiet app beside the trial"
	in := measured(h)
	got, wrong := "nobody stood beside it", []string{}
	for _, i := range h.Intervals {
		switch {
		case i.Source != history.SourceWitness:
		case i.State == history.StateAsked:
			got = fmt.Sprintf("none failed while downtime counted; %s requests %s", i.Attrs[history.AttrRequests], span{i.From, i.To})
		case in.holds(i.From):
			wrong = append(wrong, fmt.Sprintf("the quiet app failed on lane %s at %s: %s", i.Subject, offset(i.From), i.State))
		}
	}
	for _, g := range h.Gaps {
		if g.Source == history.SourceWitness && g.Overlaps(in.from, in.to) {
			wrong = append(wrong, oneLine(fmt.Sprintf("the quiet app was not there %s: %s", span{g.From, g.To}, g.Detail)))
		}
	}
	return tell(want, got, wrong)
}
