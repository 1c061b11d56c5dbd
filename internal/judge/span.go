package judge

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A span of a trial: from included, to not.
type span struct{ from, to time.Duration }

func (s span) holds(t time.Duration) bool { return t >= s.from && t < s.to }
func (s span) length() time.Duration      { return max(s.to-s.from, 0) }
func (s span) middle() time.Duration      { return s.from + s.length()/2 }
func (s span) String() string             { return "from " + offset(s.from) + " to " + offset(s.to) }

// everything is the span in which all of a record lies.
var everything = span{from: -history.Open, to: history.Open}

// marksOf returns the marks of a phase, in the order of the record.
func marksOf(h *history.History, phase history.Phase) []history.Mark {
	return slices.DeleteFunc(slices.Clone(h.Marks), func(m history.Mark) bool { return m.Phase != phase })
}

// measured is the span in which downtime counts: what lies for certain between
// the beginnings of "steady" and of "drain". Where a mark is missing, its side is open.
func measured(h *history.History) span {
	in := everything
	if m := marksOf(h, history.PhaseSteady); len(m) > 0 {
		in.from = m[0].Latest
	}
	if m := marksOf(h, history.PhaseDrain); len(m) > 0 {
		in.to = m[0].Earliest
	}
	return in
}

// steadySpan is the span that should have been undisturbed: from "steady" to the
// deed, in a trial without a fault to the end. ok is false if there was none.
func steadySpan(h *history.History) (in span, ok bool) {
	in = measured(h)
	if m := marksOf(h, history.PhaseFault); len(m) > 0 {
		in.to = min(in.to, m[0].Earliest)
	}
	return in, in.from != everything.from && in.to != everything.to && in.from < in.to
}

// laneNames lists the lanes that were planned or have samples, in order.
func laneNames(h *history.History) []string {
	names := map[string]bool{}
	for _, p := range h.Meta.Load {
		names[p.Lane] = true
	}
	for i := range h.Samples {
		names[h.Samples[i].Lane] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// planOf is what the lane was asked to do.
func planOf(h *history.History, lane string) (history.LanePlan, bool) {
	for _, p := range h.Meta.Load {
		if p.Lane == lane {
			return p, true
		}
	}
	return history.LanePlan{}, false
}

// resolution is the time between two slots of the lane; 0 if nobody planned it.
func resolution(h *history.History, lane string) time.Duration {
	if p, ok := planOf(h, lane); ok {
		return p.Interval()
	}
	return 0
}

// ms is a length of time in milliseconds, to a tenth: the meter's clock is good
// to microseconds, but no interval between slots is shorter than a millisecond.
func ms(d time.Duration) float64 { return round(float64(d)/float64(time.Millisecond), 10) }

// offset is an instant for people, "+12.34s".
func offset(t time.Duration) string {
	switch t {
	case everything.from:
		return "the beginning"
	case everything.to:
		return "the end"
	}
	return fmt.Sprintf("%+.2fs", t.Seconds())
}
