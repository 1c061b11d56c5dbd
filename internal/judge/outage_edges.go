package judge

import (
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// Edges are the bounds of when an outage began and when it ended.
//
// When a request met its fate is not known: it was sent before, and answered after. So the
// break began after the last good slot was sent, and before any failed one had failed; it
// was over after the last failed slot was sent, and before any good one since was answered.
// A slot that failed because its own connection was broken, while a re-probe on a fresh one
// was good, speaks of the end as a good one does: the break was over, and was felt once more.
// If it timed out, its re-probe came a time-out later and says nothing of then. Where a
// connection that was there before the outage serves after it, connections have outlived the
// break, and it was the break that such a slot met; else it may have been its connection's end.
// Of a request that timed out, and of a re-probe, it is taken that it got there as fast as
// the slowest of the good slots before the outage, or after a stall that it may have met.
type edges struct {
	answer time.Duration // the longest that one of the last answers before it took
	met    time.Duration // the earliest instant by which a failed slot had met the break
	first  span          // the first failed slot, if it timed out: sent, and given up
	down   time.Duration // when the last slot was sent that found it broken; 0: none did
	mute   time.Duration // when the last one was sent that timed out, its re-probe being good; 0: none did
	old    uint64        // the newest connection that had served before
	lived  bool          // one of those served again
	back   time.Duration // the earliest instant since by which it was back
}

const (
	// soon is how many slots after an outage may still say by when it was over, and how many
	// before it how long answers take: they overtake each other.
	soon = 16
	// unnoticed is how long before a stall that the generator noticed it may have begun.
	unnoticed = 100 * time.Millisecond
)

func edgesOf(slowest time.Duration, conn uint64) edges {
	return edges{met: history.Open, back: history.Open, answer: slowest, old: conn}
}

func (e *edges) failed(s slot) {
	met := s.done
	if timedOut[s.class] {
		met = s.sent + e.answer
		if e.met == history.Open {
			e.first = span{s.sent, s.done}
		}
	}
	e.met = min(e.met, met)
	if s.up {
		e.back = min(e.back, s.done+e.answer)
		if timedOut[s.class] {
			e.mute = s.sent
		}
		return
	}
	e.down, e.back = s.sent, history.Open
}

func (e *edges) answered(s slot) {
	e.back = min(e.back, s.done)
	e.lived = e.lived || s.reused && s.conn <= e.old
}

// began is when it began, after the instant at which all was well. gaps are the stalls.
func (e *edges) began(well time.Duration, gaps []history.Interval) span {
	met := e.met
	for _, g := range gaps {
		if g.From >= e.first.from-unnoticed && g.From <= e.first.from+unnoticed && e.first.length() > 0 {
			met = max(met, min(e.first.to, g.To+e.answer))
		}
	}
	return span{well, max(well, met)}
}

// ended is when it ended; end is when the counting did.
func (e *edges) ended(well, end time.Duration) span {
	from := max(well, e.down)
	if e.lived {
		from = max(from, e.mute)
	}
	return span{from, max(from, min(e.back, end))}
}

// timedOut are the classes of slots that say nothing of when they met their fate.
var timedOut = map[history.Class]bool{history.ClassTimeoutConnect: true, history.ClassTimeoutFirst: true, history.ClassTimeoutBody: true}
