package run

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

const (
	// answered is how long after its due instant a request of the witness is in its
	// record at the latest: its time-out, and that of its re-probe on a fresh connection.
	answered = 2 * time.Second
	// patience is how long the last of them are waited for.
	patience = 3 * time.Second
	// enough is the share of its requests that a witness must have sent: what it
	// did not ask it cannot vouch for. Stalls are the trial's own meter's to tell.
	enough = 0.9
)

// testify writes into a trial's record what failed in the witness meanwhile, and how
// often it was asked. Where it was not there, or was not asked, that is a gap.
func (w *witness) testify(ctx context.Context, rec *history.Recorder) {
	needed := neededIn(rec)
	absent := func(from, to time.Duration, why string) {
		if from < to {
			rec.Gap(history.Interval{Source: history.SourceWitness, State: "absent", From: from, To: to, Detail: why})
		}
	}
	select {
	case <-w.steady:
	default:
		absent(needed.from, needed.to, w.why())
		return
	}
	shift := w.rec.Clock().Wall.Sub(rec.Clock().Wall) // both carry the monotonic reading
	from := max(w.from+shift, 0)
	absent(needed.from, min(from, needed.to), "it was not steady yet")
	w.await(ctx, needed.to-shift)
	asked, sent := 0, 0
	for _, x := range w.rec.Samples(0) {
		at := x.Due + shift
		if x.Class.Skipped() || at < from || at > needed.to {
			continue
		}
		asked++
		if at >= needed.from {
			sent++
		}
		if x.Class.Failed() {
			rec.Instant(history.Interval{Source: history.SourceWitness, Subject: x.Lane, State: string(x.Class), From: at, Detail: x.Err})
		}
	}
	if planned := 2 * witnessRate * (needed.to - needed.from).Seconds(); float64(sent) < enough*planned {
		absent(needed.from, needed.to, fmt.Sprintf("it was asked %d times of %.0f; %s", sent, planned, w.why()))
	}
	rec.State(history.Interval{Source: history.SourceWitness, State: history.StateAsked, From: from,
		Attrs: history.Attrs{history.AttrRequests: strconv.Itoa(asked)}})
	rec.End(history.SourceWitness, "", max(from, needed.to))
}

// A need is the part of a trial in which its witness must have stood.
type need struct{ from, to time.Duration }

// neededIn is from the deed, or where nothing was broken from steady on, until the
// load was stopped.
func neededIn(rec *history.Recorder) need {
	n := need{to: rec.Clock().Now()}
	first := map[history.Phase]time.Duration{}
	for _, m := range rec.History().Marks {
		if _, seen := first[m.Phase]; !seen {
			first[m.Phase] = m.Earliest
		}
	}
	if at, ok := first[history.PhaseDrain]; ok {
		n.to = at
	}
	n.from = n.to
	for _, phase := range []history.Phase{history.PhaseSteady, history.PhaseFault} {
		if at, ok := first[phase]; ok {
			n.from = at
		}
	}
	return n
}

func (w *witness) why() string {
	switch {
	case !w.gone():
		return "it is still there"
	case w.err != nil:
		return w.err.Error()
	}
	return "it is gone"
}

// await waits until the witness's samples up to an instant of its own have come.
func (w *witness) await(ctx context.Context, until time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for w.rec.Clock().Now() < until+answered {
		select {
		case <-ticker.C:
		case <-w.ended:
			return
		case <-ctx.Done():
			return
		}
	}
}
