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
	off           time.Duration // how far either length may be off
	within        int           // slots of that span
	open          bool          // the last slot of all failed
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
	l := lossSeen{off: p.Interval(), classes: map[string]int{}}
	for _, x := range slots {
		if x.good() || x.failed() {
			l.slots++
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

func (l *lossSeen) add(o outage, w Window) {
	if l.failed == 0 {
		l.from = o.first.due
	}
	l.failed += o.failed
	l.span, l.open = o.end.due-l.from, o.open
	if length := o.end.due - o.first.due; length > l.longest {
		l.longest, l.longestAt = length, o.first.due
	}
	l.off = max(l.off, time.Duration(w.UncertaintyMs*float64(time.Millisecond)))
	for class, n := range o.classes {
		l.classes[class] += n
	}
}

// lostAfterDeed is lost from the first deed to the end. A slot due up to a time-out
// before it may have been hit by it.
func (s *scene) lostAfterDeed(lane string) (lossSeen, error) {
	p, _ := planOf(s.h, lane)
	if _, err := s.lost(lane, s.began.Latest, s.end); err != nil {
		return lossSeen{}, err
	}
	return s.lost(lane, s.began.Earliest-p.Timeout, s.end)
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
		l.failed, l.slots, short(l.span), offset(l.from), short(l.longest), offset(l.longestAt), open, short(l.off), l.kinds())
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
