package judge

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

const (
	// minSent is the share of its slots that a load must send, those apart that
	// fell into a stall: what it misses more than 1 % of, it does not drive.
	minSent = 0.99
	// lateness is how late a slot may be sent and still count as sent in its own
	// time, if the interval between two slots is not longer: 20 ms are the
	// resolution of the default 50/s, and twice what the meter lets pass.
	lateness = 20 * time.Millisecond
	// maxStalled is the share of a lane's slots that may fall into stalls, over all
	// and around a fault. A stall is no downtime, but an outage may hide in it.
	maxStalled = 0.10
	// edge is how far around a deed stalls are looked at: the time in which an
	// outage begins, the default time-out of a request included.
	edge = time.Second
)

// tally is how a lane's slots in a span went.
type tally struct {
	planned, sent, stalled, late int
}

func count(h *history.History, plan history.LanePlan, in span) tally {
	t := tally{planned: int(in.length() / plan.Interval())}
	late := max(lateness, plan.Interval())
	for _, s := range slotsOf(h, plan.Lane, in) {
		switch {
		case s.class == history.ClassStall:
			t.stalled++
		case !s.class.Skipped():
			t.sent++
			if s.sent-s.due > late {
				t.late++
			}
		}
	}
	return t
}

// assumeRate holds if each lane sent nearly all of its slots, in time, while
// steady and over all. Slots in stalls are assumeStalls' business.
func assumeRate(h *history.History) Finding {
	want := fmt.Sprintf("at least %.0f%% of the planned slots sent, at most %s late, in steady and over all", 100*minSent, lateness)
	if len(h.Meta.Load) == 0 {
		return sound(want, "no load was planned")
	}
	steady, ok := steadySpan(h)
	if !ok {
		return unsound(want, "there was no steady phase")
	}
	var got, wrong []string
	for _, plan := range h.Meta.Load {
		for _, part := range []struct {
			name string
			span
		}{{"steady", steady}, {"all", measured(h)}} {
			t := count(h, plan, part.span)
			text := fmt.Sprintf("lane %s, %s: %d of %d slots sent at %d/s (%d late, %d stalled)",
				plan.Lane, part.name, t.sent, t.planned, plan.Rate, t.late, t.stalled)
			got = append(got, text)
			due := t.planned - t.stalled - 1 // the slot at the end may be due just outside
			if t.sent == 0 || float64(t.sent-t.late) < minSent*float64(due) {
				wrong = append(wrong, text)
			}
		}
	}
	return tell(want, strings.Join(got, "; "), wrong)
}

// assumeStalls holds if the generator hardly stood still, and not around a deed.
// Where the fault declared that it stops the generator, only the telling is left.
func assumeStalls(h *history.History) Finding {
	want := fmt.Sprintf("at most %.0f%% of a lane's slots in stalls of the generator, over all and within %s of a deed", 100*maxStalled, edge)
	in := measured(h)
	parts := []span{in}
	for _, m := range marksOf(h, history.PhaseFault) {
		parts = append(parts, span{max(m.Earliest-edge, in.from), min(m.Latest+edge, in.to)})
	}
	var got, wrong []string
	for _, plan := range h.Meta.Load {
		for i, part := range parts {
			t := count(h, plan, part)
			text := fmt.Sprintf("lane %s, %s: %d of %d slots stalled", plan.Lane, part, t.stalled, t.stalled+t.sent)
			if i == 0 {
				got = append(got, text)
			}
			if float64(t.stalled) > maxStalled*float64(t.stalled+t.sent) && !slices.Contains(h.Meta.Blinds, history.SourceLoad) {
				wrong = append(wrong, text)
			}
		}
	}
	return tell(want, cmp.Or(strings.Join(append(got, stallsOf(h)...), "; "), "no load was planned"), wrong)
}

// stallsOf says how often and for how long the generator stood still.
func stallsOf(h *history.History) []string {
	in, n, longest := measured(h), 0, history.Interval{}
	for _, g := range loadGaps(h) {
		if g.Overlaps(in.from, in.to) {
			n++
			if g.To-g.From > longest.To-longest.From {
				longest = g
			}
		}
	}
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d stalls, the longest %.0f ms at %s", n, ms(longest.To-longest.From), offset(longest.From))}
}

// assumeSteady holds if there was a steady phase and nothing failed in it. A
// request that was under way when the fault was done may be its victim.
func assumeSteady(h *history.History) Finding {
	const want = "no failed request between steady and the fault"
	in, ok := steadySpan(h)
	if !ok {
		return unsound(want, "never steady: "+sequence(h.Marks))
	}
	requests, failed := 0, []string{}
	for i := range h.Samples {
		s := &h.Samples[i]
		slot := slotOf(s)
		if !in.holds(s.Due) || s.Class.Skipped() {
			continue
		}
		requests++
		if slot.failed() && slot.sent+s.Took <= in.to {
			failed = append(failed, fmt.Sprintf("lane %s at %s: %s", s.Lane, offset(s.Due), slot.class))
		}
	}
	if len(failed) > 0 {
		return unsound(want, fmt.Sprintf("never steady: %d of %d requests failed: %s", len(failed), requests, few(failed)))
	}
	return sound(want, fmt.Sprintf("0 of %d requests failed %s", requests, in))
}

// assumeReach holds if each lane had a good answer, while steady, from each pod
// that was a ready endpoint all that time. Pods of services that no lane spoke to are none of its.
func assumeReach(h *history.History) Finding {
	const want = "every lane answered by every ready endpoint while steady"
	if len(h.Meta.Load) == 0 {
		return sound(want, "no load was planned")
	}
	in, ok := steadySpan(h)
	if !ok {
		return unsound(want, "there was no steady phase")
	}
	reached, any := answering(h, in)
	ready := readyEndpoints(h, in, any)
	if len(ready) == 0 {
		return unsound(want, "no endpoint was ready throughout the steady phase")
	}
	var wrong []string
	for _, plan := range h.Meta.Load {
		for _, pod := range ready {
			if !reached[plan.Lane][pod] {
				wrong = append(wrong, fmt.Sprintf("lane %s never reached %s", plan.Lane, pod))
			}
		}
	}
	return tell(want, fmt.Sprintf("%d endpoints on %d lanes: %s", len(ready), len(h.Meta.Load), strings.Join(ready, ", ")), wrong)
}

// answering returns the pods with a good answer in the span, by lane and of any lane.
func answering(h *history.History, in span) (byLane map[string]map[string]bool, any map[string]bool) {
	byLane, any = map[string]map[string]bool{}, map[string]bool{}
	for i := range h.Samples {
		s := &h.Samples[i]
		if !in.holds(s.Due) || !slotOf(s).good() || s.Pod == "" {
			continue
		}
		if byLane[s.Lane] == nil {
			byLane[s.Lane] = map[string]bool{}
		}
		byLane[s.Lane][s.Pod], any[s.Pod] = true, true
	}
	return byLane, any
}

// readyEndpoints returns in order the pods that were ready endpoints all through
// the span, of the services that the answering pods belong to.
func readyEndpoints(h *history.History, in span, answering map[string]bool) []string {
	services := map[string]bool{}
	for _, i := range h.Intervals {
		if i.Source == history.SourceEndpoint && answering[i.Subject] {
			services[i.Attrs[history.AttrService]] = true
		}
	}
	pods := map[string]bool{}
	for _, i := range h.Intervals {
		if i.Source == history.SourceEndpoint && i.State == "ready" && i.From <= in.from && i.To >= in.to &&
			(len(services) == 0 || services[i.Attrs[history.AttrService]]) {
			pods[i.Subject] = true
		}
	}
	return slices.Sorted(maps.Keys(pods))
}
