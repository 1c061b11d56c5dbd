package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// order ranks the phases. A fault may consist of several deeds, each seen before
// or after the next one, so "fault" and "seen" share a rank.
var order = map[history.Phase]int{
	history.PhaseDeploy: 1, history.PhaseWarm: 2, history.PhaseSteady: 3, history.PhaseFault: 4, history.PhaseSeen: 4,
	history.PhaseRecover: 5, history.PhaseSettled: 6, history.PhaseDrain: 7,
}

// assumeMarks holds if every phase that the trial must have gone through is
// there, once, in order. "settled" may be missing: an app that does not come back
// is what a trial is about, not a reason to doubt it. "seen" is assumeFault's.
func assumeMarks(h *history.History) Finding {
	need := []history.Phase{history.PhaseDeploy, history.PhaseWarm, history.PhaseSteady, history.PhaseDrain}
	if h.Meta.Fault != "" {
		need = slices.Insert(need, 3, history.PhaseFault, history.PhaseRecover)
	}
	var wrong []string
	for _, phase := range need {
		if len(marksOf(h, phase)) == 0 {
			wrong = append(wrong, "no mark "+string(phase))
		}
	}
	if h.Meta.Fault == "" && len(marksOf(h, history.PhaseFault)) > 0 {
		wrong = append(wrong, "a deed is marked, but no fault was declared")
	}
	return tell("all phases in order", sequence(h.Marks), append(wrong, disorder(h.Marks)...))
}

func disorder(marks []history.Mark) []string {
	var wrong []string
	last, since := 0, time.Duration(0) // the rank that was reached, and when it last was marked
	for _, m := range marks {
		rank, known := order[m.Phase]
		isDeed := rank == order[history.PhaseFault]
		switch {
		case !known:
			wrong = append(wrong, fmt.Sprintf("unknown mark %q", m.Phase))
			continue
		case m.Latest < m.Earliest:
			wrong = append(wrong, fmt.Sprintf("mark %s is at %s at the latest, %s at the earliest", m.Phase, offset(m.Latest), offset(m.Earliest)))
		case rank < last, m.Earliest < since && !(isDeed && rank == last):
			wrong = append(wrong, fmt.Sprintf("mark %s at %s comes too late", m.Phase, offset(m.Earliest)))
		case rank == last && !isDeed:
			wrong = append(wrong, fmt.Sprintf("mark %s is there twice", m.Phase))
		case m.Phase == history.PhaseSeen && rank != last:
			wrong = append(wrong, "mark seen comes before any fault")
		}
		last, since = max(last, rank), max(since, m.Earliest)
	}
	return wrong
}

func sequence(marks []history.Mark) string {
	words := make([]string, 0, len(marks))
	for _, m := range marks {
		words = append(words, fmt.Sprintf("%s %s", m.Phase, offset(m.Earliest)))
	}
	return strings.Join(words, ", ")
}
