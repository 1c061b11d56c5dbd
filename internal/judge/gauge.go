package judge

import (
	"cmp"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A Gauge measures a lane while it is under load. It finds what Measure finds in
// the whole record, and keeps nothing of the good slots, so that a lane can be
// measured for as long as anybody likes.
//
// Samples come in the order in which their requests ended; the gauge puts them
// back into the order in which they were due.
type Gauge struct {
	interval time.Duration
	track    tracker
	next     uint64          // the slot that is due to come
	early    map[uint64]slot // slots that came before it
}

// NewGauge returns a gauge of a lane with so much time between two slots, the
// first of which has the number 0.
func NewGauge(interval time.Duration) *Gauge {
	return &Gauge{interval: interval, early: map[uint64]slot{}}
}

// Add takes in a slot.
func (g *Gauge) Add(s history.Sample) {
	g.early[s.Seq] = slotOf(&s)
	for {
		next, here := g.early[g.next]
		if !here {
			return
		}
		delete(g.early, g.next)
		g.next++
		g.track.add(next)
	}
}

// Counts are the slots so far that were good or failed, and those that failed.
func (g *Gauge) Counts() (requests, errors int) { return g.track.counted, g.track.failed }

// Outage is how long the outage that has not ended yet has lasted; 0: there is none.
func (g *Gauge) Outage() time.Duration {
	if !g.track.open {
		return 0
	}
	return g.track.last.due + g.interval - g.track.outages[len(g.track.outages)-1].first.due
}

// Good reports whether there was a good slot, and when the latest was due.
func (g *Gauge) Good() (latest time.Duration, any bool) {
	if g.track.good == nil {
		return 0, false
	}
	return g.track.good.due, true
}

// Blind is for how long in all nobody looked while the lane was good before and after, or to
// the end: the spans of 100 ms and more in which no slot was good or failed. An outage may
// have been in them from end to end.
//
//	ok ok -- -- -- ok ok            (one slot = 100ms) -> 300ms
//	ok ok -- -- --                  -> 300ms
//	ok XX -- -- -- ok ok            -> 0, but the outage's uncertainty is
func (g *Gauge) Blind() time.Duration {
	t := g.track
	if !t.open && t.good != nil {
		t.unseen(t.last.due - t.good.due) // what came after the last good one was not sent
	}
	return t.blind
}

// Wary has spans of less than 100 ms count as blind too, from that length on: so long an
// outage would matter. It is called before the first slot comes.
func (g *Gauge) Wary(least time.Duration) { g.track.wary = min(least, blindLeast) }

// Lane is what was measured, once no slot will come any more. An outage that has
// not ended ends at until. gaps are the spans in which the generator stood still.
func (g *Gauge) Lane(until time.Duration, gaps []history.Interval) Lane {
	rest := make([]slot, 0, len(g.early))
	for _, s := range g.early { // a slot before them was lost: the meter died
		rest = append(rest, s)
	}
	g.early = map[uint64]slot{}
	slices.SortFunc(rest, func(a, b slot) int { return cmp.Compare(a.seq, b.seq) })
	for _, s := range rest {
		g.track.add(s)
	}
	return g.track.lane(g.interval, until, gaps)
}
