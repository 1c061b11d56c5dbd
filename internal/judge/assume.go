package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// The assumptions: what must hold of a record before anything is concluded from
// it. One that is broken makes the trial INVALID, whatever else was found.
const (
	AssumeCompleted   = "assume-completed"         // the trial ran to its end
	AssumeRecord      = "assume-record"            // the record can be understood and is consistent
	AssumeMarks       = "assume-marks"             // its phases are all there, in order
	AssumeSteady      = "assume-steady"            // nothing failed before the fault
	AssumeRate        = "assume-load-rate"         // the load was as high as planned, and on time
	AssumeStalls      = "assume-stalls"            // the generator did not stand still for long, least of all around the fault
	AssumeReach       = "assume-endpoints-reached" // every lane reached every ready endpoint
	AssumeFault       = "assume-fault-seen"        // the fault had an effect that a sensor saw
	AssumeWatches     = "assume-watches"           // no sensor was blind where the fault did not declare it
	AssumeUndisturbed = "assume-undisturbed"       // a quiet app beside the trial had no failure
)

// A check is one assumption or invariant.
type check struct {
	name  string
	judge func(*history.History) Finding
}

// assumptions stand in the order of cause and effect: the first one that is
// broken is most likely why the others are.
var assumptions = []check{
	{AssumeCompleted, assumeCompleted},
	{AssumeRecord, assumeRecord},
	{AssumeMarks, assumeMarks},
	{AssumeRate, assumeRate},
	{AssumeStalls, assumeStalls},
	{AssumeSteady, assumeSteady},
	{AssumeReach, assumeReach},
	{AssumeFault, assumeFault},
	{AssumeWatches, assumeWatches},
	{AssumeUndisturbed, assumeUndisturbed},
}

// Assumptions checks whether the trial is the experiment that it claims to be: a
// finding for each assumption, PASS or INVALID.
func Assumptions(h *history.History) []Finding { return checked(assumptions, h) }

func checked(checks []check, h *history.History) []Finding {
	findings := make([]Finding, 0, len(checks))
	for _, c := range checks {
		findings = append(findings, guarded(c.name, func() Finding { return c.judge(h) }))
	}
	return findings
}

// sound is the finding of an assumption that holds, unsound of one that does not.
func sound(want, got string) Finding   { return Finding{Status: Pass, Want: want, Got: got} }
func unsound(want, got string) Finding { return Finding{Status: Invalid, Want: want, Got: got} }

// tell is sound if nothing is wrong, else unsound with what is wrong, shortened.
func tell(want, got string, wrong []string) Finding {
	if len(wrong) == 0 {
		return sound(want, got)
	}
	return unsound(want, few(wrong))
}

// few names the first three and counts the rest.
func few(all []string) string {
	const enough = 3
	if len(all) <= enough {
		return strings.Join(all, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(all[:enough], "; "), len(all)-enough)
}

// oneLine joins lines, and words however far apart.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func assumeCompleted(h *history.History) Finding {
	const want = "the trial ran to its end"
	if why := h.Meta.Notes[history.NoteError]; why != "" {
		return unsound(want, oneLine(why))
	}
	return sound(want, "it did")
}

// assumeRecord holds if the record can be understood (its layout, the objects
// applied, the version) and does not contradict itself.
func assumeRecord(h *history.History) Finding {
	want := fmt.Sprintf("a consistent record of layout %d", history.Schema)
	var wrong []string
	if h.Meta.Schema != history.Schema {
		wrong = append(wrong, fmt.Sprintf("layout %d", h.Meta.Schema))
	}
	if h.Meta.Scenario == "" {
		wrong = append(wrong, "no scenario is named")
	}
	if _, err := model.NewWorld(h.Meta); err != nil {
		wrong = append(wrong, err.Error())
	}
	for _, i := range slices.Concat(h.Intervals, h.Gaps) {
		if i.To < i.From {
			wrong = append(wrong, fmt.Sprintf("%s %s %s ends before it begins, at %s", i.Source, i.Subject, i.State, offset(i.From)))
		}
	}
	for _, lane := range laneNames(h) {
		wrong = append(wrong, contradictions(h, lane)...)
	}
	if off, err := time.ParseDuration(h.Meta.Notes[history.NoteClock]); err == nil && off > clockMost {
		wrong = append(wrong, fmt.Sprintf("the instants of the load are right to ±%s only", off))
	}
	return tell(want, fmt.Sprintf("%d samples, %d intervals", len(h.Samples), len(h.Intervals)), wrong)
}

// clockMost is how wrong the instants of a load from another machine may be: a tenth of what
// windows leave to watches. An answer that takes 200 ms tells that much.
const clockMost = watchSlack / 10

// contradictions finds slots that are there twice or out of order.
func contradictions(h *history.History, lane string) []string {
	if _, planned := planOf(h, lane); !planned {
		return []string{"nobody planned the lane " + lane}
	}
	var wrong []string
	slots := slotsOf(h, lane, everything)
	for i := 1; i < len(slots); i++ {
		switch a, b := slots[i-1], slots[i]; {
		case a.seq == b.seq:
			wrong = append(wrong, fmt.Sprintf("slot %d of lane %s is there twice", a.seq, lane))
		case a.due >= b.due:
			wrong = append(wrong, fmt.Sprintf("slot %d of lane %s is due before the one before it", b.seq, lane))
		}
	}
	return wrong
}
