package judge

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// apart is how long a lane must be good for two outages to be two troubles. What
// lies closer together belongs to one degradation: when one of ten replicas is
// lost, every tenth slot fails for as long as it gets traffic, 0.2 s apart at
// 50/s, and a second without one of them would be one chance in 200. The lanes
// slower than that are given three of their slots.
const apart = time.Second

// Measure is what a lane measured between the marks "steady" and "drain" (of
// what is recorded if a mark is missing). Lengths are in milliseconds.
//
// An outage is a maximal run of failed slots: from the first failed due instant
// to the first good one, so a single failed slot is an outage of one interval.
//
//	ok ok XX XX XX ok ok XX ok      (one slot = 100ms)
//	      └─300ms┘       └┘100ms    -> two outages, longest 300ms, ±100ms
//
// A slot that was not sent (the tester's own trouble) counts neither as good nor
// as failed. An outage that it touches may have begun earlier or ended earlier
// than it seems; that goes into its uncertainty, and it is marked as stalled.
//
//	ok ok XX XX -- -- ok            -> 400ms, less by up to 300ms
//
// Outages less than a second apart together are a degradation: failed slots among
// good ones. Its share is Failed of Slots.
//
//	XX ok ok XX ok ok XX ok         -> three outages of 100ms, one degradation: 3 of 7 slots
//
// An answer that took more than one attempt is a failure (class "retried"): the
// client's silent retry hid a break that a user's client would have felt.
func Measure(h *history.History, lane string) Lane {
	span := measured(h)
	return measure(slotsOf(h, lane, span), resolution(h, lane), span, loadGaps(h))
}

// Lanes is what every lane measured, by name.
func Lanes(h *history.History) map[string]Lane {
	all := map[string]Lane{}
	for _, lane := range laneNames(h) {
		all[lane] = Measure(h, lane)
	}
	return all
}

// A slot is a sample as far as measuring goes.
type slot struct {
	seq             uint64
	due, sent, done time.Duration // done: its answer had come, or it had failed
	class           history.Class
	up              bool // it failed, and a re-probe on a fresh connection was good
	conn            uint64
	reused          bool // the connection had served before
}

func (s slot) good() bool   { return s.class == history.ClassOK }
func (s slot) failed() bool { return s.class.Failed() }

func slotOf(s *history.Sample) slot {
	class := s.Class
	if class == history.ClassOK && s.Attempts > 1 {
		class = history.ClassRetried
	}
	return slot{seq: s.Seq, due: s.Due, sent: max(s.Sent, s.Due), done: max(s.Sent+s.Took, s.Due), class: class, up: s.Reprobe == history.ReprobeGood, conn: s.Conn, reused: s.Reused}
}

// slotsOf returns a lane's slots that were due within the span, in order.
func slotsOf(h *history.History, lane string, in span) []slot {
	var slots []slot
	for i := range h.Samples {
		if s := &h.Samples[i]; s.Lane == lane && in.holds(s.Due) {
			slots = append(slots, slotOf(s))
		}
	}
	// They come as they end, so they are nearly in order, and often wholly.
	if less := func(i, j int) bool { return slots[i].seq < slots[j].seq }; !sort.SliceIsSorted(slots, less) {
		sort.SliceStable(slots, less)
	}
	return slots
}

// An outage is a run of failed slots.
type outage struct {
	before      *slot // the good slot before it; nil: none was counted
	first, last slot  // its first and its last failed slot
	end         slot  // the first good slot after it
	open        bool  // there was none: end is the end of counting
	failed      int
	anew        int // failed slots whose re-probe on a fresh connection was good
	classes     map[string]int
	edges       edges
}

func measure(slots []slot, interval time.Duration, in span, gaps []history.Interval) Lane {
	t := trackerOf(slots)
	return t.lane(interval, in.to, gaps)
}

// outagesOf finds the maximal runs of failed slots.
func outagesOf(slots []slot, interval time.Duration, in span) []outage {
	t := trackerOf(slots)
	return t.end(interval, in.to)
}

// A tracker finds the maximal runs of failed slots as the slots come, in their
// order, and keeps nothing of the good ones.
type tracker struct {
	outages     []outage
	good        *slot               // the last good slot
	took        [soon]time.Duration // by the last good ones, a ring
	conn        uint64              // the newest connection that has served
	open        bool                // the last outage has not ended
	any         bool
	first, last slot // of all slots, those that were not sent included
	counted     int  // slots that were good or failed
	failed      int
	blind       time.Duration // see Gauge.Blind
	wary        time.Duration // from which length on; 0: blindLeast
}

// blindLeast is how long slots must be missing between two good ones to count as blind:
// the generator's own stalls begin at 10 ms, and many short ones say nothing together.
const blindLeast = 100 * time.Millisecond

func trackerOf(slots []slot) *tracker {
	t := &tracker{}
	for _, s := range slots {
		t.add(s)
	}
	return t
}

func (t *tracker) add(s slot) {
	if !t.any {
		t.first, t.any = s, true
	}
	t.last = s
	switch {
	case s.good():
		t.counted++
		t.sawAgain(s)
		if t.open {
			t.outages[len(t.outages)-1].end, t.open = s, false
		}
		if n := len(t.outages); n > 0 && s.seq < t.outages[n-1].end.seq+soon {
			t.outages[n-1].edges.answered(s)
		}
		t.good, t.took[t.counted%soon], t.conn = &s, s.done-s.sent, max(t.conn, s.conn)
	case s.failed():
		t.counted++
		t.failed++
		if !t.open {
			t.outages, t.open = append(t.outages, outage{before: t.good, first: s, classes: map[string]int{}, edges: edgesOf(slices.Max(t.took[:]), t.conn)}), true
		}
		o := &t.outages[len(t.outages)-1]
		o.edges.failed(s)
		o.last = s
		o.failed++
		if s.up {
			o.anew++
		}
		o.classes[string(s.class)]++
	}
}

// sawAgain notes for how long nobody looked before a good slot, if the one before that
// was counted was good, too: what touches an outage goes into its uncertainty.
func (t *tracker) sawAgain(s slot) {
	if t.open || t.good == nil {
		return
	}
	slots := time.Duration(s.seq - t.good.seq)
	if slots < 2 {
		return
	}
	t.unseen((s.due - t.good.due) / slots * (slots - 1))
}

// unseen notes that for so long nobody looked.
func (t *tracker) unseen(missing time.Duration) {
	if missing >= cmp.Or(t.wary, blindLeast) {
		t.blind += missing
	}
}

// end returns the outages; one that is open ends with the counting, or with the
// last slot if that is not bounded.
func (t *tracker) end(interval, until time.Duration) []outage {
	if !t.open {
		return t.outages
	}
	if until == history.Open {
		until = t.last.due + interval
	}
	all := slices.Clone(t.outages)
	o := &all[len(all)-1]
	o.end, o.open = slot{seq: t.last.seq + 1, due: until, sent: until, done: until}, true
	return all
}

// lane sums up what was found until then.
func (t *tracker) lane(interval, until time.Duration, gaps []history.Interval) Lane {
	l := Lane{ResolutionMs: ms(interval), Windows: []Window{}, Requests: t.counted}
	outages := t.end(interval, until)
	if t.any {
		// Slots that are not in the record at all were not measured either.
		l.Skipped = int(t.last.seq-t.first.seq) + 1 - l.Requests
	}
	for _, o := range outages {
		w := o.window(interval, gaps)
		l.Windows = append(l.Windows, w)
		l.Errors += w.Failed
		l.TotalMs += w.ToMs - w.FromMs
		l.LongestMs = max(l.LongestMs, w.ToMs-w.FromMs)
	}
	l.TotalMs, l.LongestMs = round(l.TotalMs, 10), round(l.LongestMs, 10)
	l.Degradations = degradations(outages, l.Windows, max(apart, 3*interval))
	return l
}

// window says of an outage what the verdict says. How far its length may be off follows
// from when slots were sent: one interval, and more only where they were not sent, or not
// in time.
func (o outage) window(interval time.Duration, gaps []history.Interval) Window {
	began, skipped := o.first.due-interval, uint64(0)
	if o.before != nil {
		began, skipped = o.before.sent, o.first.seq-o.before.seq-1
	}
	inner := o.last.seq - o.first.seq + 1 - uint64(o.failed) // not sent, or lost from the record
	skipped += inner + o.end.seq - o.last.seq - 1
	length := o.end.due - o.first.due
	shortest := o.last.sent - o.first.sent - time.Duration(inner)*interval
	longest := o.end.sent - began
	from, to := o.edges.began(began, gaps), o.edges.ended(began, o.end.done)
	return Window{
		BeganMs: ms(from.middle()), EndedMs: ms(to.middle()), BeganEdgeMs: ms(from.length() / 2), EndedEdgeMs: ms(to.length() / 2),
		FromMs: ms(o.first.due), ToMs: ms(o.end.due), UncertaintyMs: ms(max(length-shortest, longest-length)),
		ShortestMs: ms(min(shortest, length)), LongestMs: ms(max(longest, length)),
		Classes: o.classes, Slots: int(o.end.seq - o.first.seq), Failed: o.failed, ServedAnew: o.anew, OpenEnded: o.open,
		Stalled: skipped > 0 || slices.ContainsFunc(gaps, func(g history.Interval) bool { return g.Overlaps(o.first.due, o.end.due) }),
	}
}

// degradations joins outages with less than limit between them; an outage that
// stands alone is none.
func degradations(outages []outage, windows []Window, limit time.Duration) []Window {
	all := []Window{}
	for from := 0; from < len(outages); {
		to := from + 1
		for to < len(outages) && outages[to].first.due-outages[to-1].end.due < limit {
			to++
		}
		if to-from > 1 {
			d := joined(windows[from:to])
			d.Slots = int(outages[to-1].end.seq - outages[from].first.seq)
			all = append(all, d)
		}
		from = to
	}
	return all
}

func joined(windows []Window) Window {
	last := windows[len(windows)-1]
	d := Window{FromMs: windows[0].FromMs, ToMs: last.ToMs, BeganMs: windows[0].BeganMs, EndedMs: last.EndedMs,
		BeganEdgeMs: windows[0].BeganEdgeMs, EndedEdgeMs: last.EndedEdgeMs,
		OpenEnded: last.OpenEnded, Classes: map[string]int{}}
	for _, w := range windows {
		d.UncertaintyMs = max(d.UncertaintyMs, w.UncertaintyMs)
		d.Failed += w.Failed
		d.ServedAnew += w.ServedAnew
		d.Stalled = d.Stalled || w.Stalled
		for class, n := range w.Classes {
			d.Classes[class] += n
		}
	}
	return d
}

func loadGaps(h *history.History) []history.Interval {
	return slices.DeleteFunc(slices.Clone(h.Gaps), func(g history.Interval) bool { return g.Source != history.SourceLoad })
}
