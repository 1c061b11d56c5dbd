package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// lane returns the samples of a lane that were due from one instant to another,
// in the order of their due instants. What was skipped is left out.
func (s *scene) lane(name string, from, to time.Duration) []history.Sample {
	var found []history.Sample
	for _, x := range s.h.Samples {
		if x.Lane == name && x.Due >= from && x.Due < to && !x.Class.Skipped() {
			found = append(found, x)
		}
	}
	slices.SortStableFunc(found, func(a, b history.Sample) int { return cmp.Compare(a.Due, b.Due) })
	return found
}

// fresh returns the samples of lane fresh that were due from one instant to another.
func (s *scene) fresh(from, to time.Duration) []history.Sample {
	return s.lane(history.LaneFresh, from, to)
}

// A lossSeen is what a lane lost in a span.
type lossSeen struct {
	slots, failed int
	from          time.Duration // first failed due instant
	span          time.Duration // to the first good one after the last failed
	longest       time.Duration // the longest outage
	longestAt     time.Duration
	interval      time.Duration // of the slots
	off, firstOff time.Duration // how far the span may be off, and its first edge
	longestOff    time.Duration // how far the longest may be
	blind         time.Duration // the longest time between two good slots with none that says anything
	blindAt       time.Duration
	within        int  // slots of that span
	open          bool // the last slot of all failed
	classes       map[string]int
}

// lost measures what a lane lost from one instant to another. An error says that
// the lane has no slot there.
func (s *scene) lost(lane string, from, to time.Duration) (lossSeen, error) {
	p, ok := planOf(s.h, lane)
	if !ok {
		return lossSeen{}, fmt.Errorf("the record has no load on lane %s", lane)
	}
	in := span{from, to}
	slots := slotsOf(s.h, lane, in)
	l := lossSeen{interval: p.Interval(), off: p.Interval(), longestOff: p.Interval(), classes: map[string]int{}}
	var before *slot
	for _, x := range slots {
		if x.good() || x.failed() {
			l.slots++
			l.unseen(before, x)
			before = &x
		}
	}
	if l.slots == 0 {
		return lossSeen{}, fmt.Errorf("lane %s has no slot %s", lane, in)
	}
	for _, o := range outagesOf(slots, p.Interval(), in) {
		l.add(o, o.window(p.Interval(), loadGaps(s.h)))
	}
	for _, x := range slots {
		if x.due >= l.from && x.due < l.from+l.span && (x.good() || x.failed()) {
			l.within++
		}
	}
	return l, nil
}

// unseen notes that between two good slots there is none that says anything: the generator
// stood still, or had trouble of its own. What touches an outage goes into its uncertainty.
func (l *lossSeen) unseen(before *slot, x slot) {
	if before == nil || !before.good() || !x.good() {
		return
	}
	if missing := x.due - before.due - l.interval; missing >= blindLeast && missing > l.blind {
		l.blind, l.blindAt = missing, before.due
	}
}

// sure is an error if more than the most that may be lost may have been lost where
// nobody looked, though nothing that was seen says so.
func (l lossSeen) sure(lane string, most time.Duration) error {
	if l.blind <= most {
		return nil
	}
	return fmt.Errorf("nobody looked at lane %s for %s from %s on: an outage may have been there", lane, short(l.blind), offset(l.blindAt))
}

func (l *lossSeen) add(o outage, w Window) {
	off := time.Duration(w.UncertaintyMs * float64(time.Millisecond))
	if l.failed == 0 {
		l.from, l.firstOff = o.first.due, off
	}
	l.failed += o.failed
	l.span, l.open = o.end.due-l.from, o.open
	if length := o.end.due - o.first.due; length > l.longest {
		l.longest, l.longestAt, l.longestOff = length, o.first.due, max(l.interval, off)
	}
	l.off = max(l.interval, l.firstOff, off)
	for class, n := range o.classes {
		l.classes[class] += n
	}
}

// lostAfterDeed is lost from the first deed to the end. A slot due up to a time-out
// before it may have been hit by it.
func (s *scene) lostAfterDeed(lane string) (lossSeen, error) {
	p, _ := planOf(s.h, lane)
	after, err := s.lost(lane, s.began.Latest, s.end)
	if err != nil {
		return lossSeen{}, err
	}
	all, err := s.lost(lane, s.began.Earliest-p.Timeout, s.end)
	all.blind, all.blindAt = after.blind, after.blindAt
	return all, err
}

func (l lossSeen) String() string {
	if l.failed == 0 {
		return fmt.Sprintf("0 of %d failed", l.slots)
	}
	open := ""
	if l.open {
		open = ", to the end"
	}
	return fmt.Sprintf("%d of %d failed over %s from %s on, longest outage %s at %s%s, ±%s (%s)",
		l.failed, l.slots, short(l.span), offset(l.from), short(l.longest), offset(l.longestAt), open, short(max(l.off, l.longestOff)), l.kinds())
}

func (l lossSeen) kinds() string {
	var said []string
	for class, n := range l.classes {
		said = append(said, fmt.Sprintf("%s %d", class, n))
	}
	slices.Sort(said)
	return strings.Join(said, ", ")
}

// short is a length of time for people.
func short(d time.Duration) string {
	if d >= time.Second {
		return fmt.Sprintf("%.2fs", d.Seconds())
	}
	return fmt.Sprintf("%dms", d.Milliseconds())
}
