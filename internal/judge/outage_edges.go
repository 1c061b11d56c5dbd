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
// Of a request that timed out, and of a re-probe, it is taken that it got there as fast as
// the good slot before the outage did.
type edges struct {
	answer time.Duration // what an answer took before it
	met    time.Duration // the earliest instant by which a failed slot had met the break
	down   time.Duration // when the last slot was sent that found it broken; 0: none did
	back   time.Duration // the earliest instant since by which it was back
}

// soon is how many slots after an outage may still say by when it was over: answers
// overtake each other.
const soon = 16

func edgesOf(before *slot) edges {
	e := edges{met: history.Open, back: history.Open}
	if before != nil {
		e.answer = before.done - before.sent
	}
	return e
}

func (e *edges) failed(s slot) {
	met := s.done
	if timedOut[s.class] {
		met = s.sent + e.answer
	}
	e.met = min(e.met, met)
	if s.up {
		e.back = min(e.back, s.done+e.answer)
		return
	}
	e.down, e.back = s.sent, history.Open
}

func (e *edges) answered(s slot) { e.back = min(e.back, s.done) }

// began is when it began, after the instant at which all was well.
func (e *edges) began(well time.Duration) span { return span{well, max(well, e.met)} }

// ended is when it ended; end is when the counting did.
func (e *edges) ended(well, end time.Duration) span {
	from := max(well, e.down)
	return span{from, max(from, min(e.back, end))}
}

// timedOut are the classes of slots that say nothing of when they met their fate.
var timedOut = map[history.Class]bool{history.ClassTimeoutConnect: true, history.ClassTimeoutFirst: true, history.ClassTimeoutBody: true}
