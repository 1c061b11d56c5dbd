package load

import (
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A clock reads offsets from the origin of the trial, on CLOCK_MONOTONIC.
type clock struct {
	base time.Time     // an instant
	mono int64         // CLOCK_MONOTONIC at that instant, nanoseconds
	at   time.Duration // its offset from the origin
}

// newClock returns a clock that counts from origin, a reading of
// CLOCK_MONOTONIC; 0 stands for now.
//
// Go's own monotonic reading is the same clock, but private. The two are read one
// after the other, and the closest of a few tries is kept, so that a preemption
// in between shifts nothing.
func newClock(origin int64) clock {
	var best clock
	closest := time.Duration(1<<63 - 1)
	for range 8 {
		base := time.Now()
		mono := history.MonotonicNow()
		if took := time.Since(base); took < closest {
			closest, best = took, clock{base: base, mono: mono}
		}
	}
	if origin != 0 {
		best.at = time.Duration(best.mono - origin)
	}
	return best
}

func (c clock) now() time.Duration { return time.Since(c.base) + c.at }

// monotonic is the offset t as a reading of CLOCK_MONOTONIC.
func (c clock) monotonic(t time.Duration) int64 { return c.mono + int64(t-c.at) }
