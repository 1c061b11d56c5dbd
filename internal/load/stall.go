package load

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

const (
	// overdue is how late a slot may be and still be sent.
	overdue = 10 * time.Millisecond
	// stallLimit is how long nothing of the meter may run before it stood still.
	// A stall of that length is always seen, one below stallLimit-beatEvery,
	// which is below overdue too, never.
	stallLimit = 18 * time.Millisecond
	// beatEvery is how often the meter runs if there is nothing else to do.
	beatEvery = 8 * time.Millisecond
)

// The states of the gaps of history.SourceLoad.
const (
	StateStall     = "stall"      // the process, or the lane that the subject names, did not run
	StateClockStep = "clock-step" // the wall clock and the monotonic one came apart
)

// A watch finds the spans in which the meter did not run.
//
// Whoever runs calls beat; the first one to run after a stall finds it, and so it
// is known before anything is judged that happened across it.
//
//	beat  |   |   |   |                      |   |   |
//	                  └──────── stall ───────┘
type watch struct {
	last  atomic.Int64 // offset of the last beat
	until atomic.Int64 // offset at which the last stall ended
	lost  atomic.Int64 // length of all stalls of the whole meter together
	note  func(history.Interval)
	// pause is the latest time that nobody ran for less than a stall, but for long
	// enough to cost a slot: from and to.
	pause atomic.Pointer[[2]time.Duration]

	finding sync.Mutex
	mu      sync.Mutex
	stalls  []history.Interval
}

func newWatch(now time.Duration, note func(history.Interval)) *watch {
	w := &watch{note: note}
	w.last.Store(int64(now))
	w.until.Store(math.MinInt64)
	return w
}

// beat notes that the meter runs at the offset now.
func (w *watch) beat(now time.Duration) {
	for {
		last := w.last.Load()
		switch {
		case int64(now) <= last: // somebody else ran later than we read the clock
			return
		case now-time.Duration(last) > overdue/2:
			w.find(now)
			return
		case w.last.CompareAndSwap(last, int64(now)):
			return
		}
	}
}

// find notes a time in which nobody ran. The beat comes last: whoever runs meanwhile must not
// take the meter for one that has run all the time, and so waits here until it is known. The
// first to run is often interrupted right away, by the scheduler that finds it overdue.
func (w *watch) find(now time.Duration) {
	w.finding.Lock()
	defer w.finding.Unlock()
	last := time.Duration(w.last.Load())
	switch gap := now - last; {
	case gap <= 0: // somebody else has found it
		return
	case gap > stallLimit:
		w.stalled("", StateStall, last, now)
	case gap > overdue/2:
		w.pause.Store(&[2]time.Duration{last, now})
	}
	w.last.Store(int64(now))
}

// touched reports whether a stall of the whole meter ended after the offset t:
// whatever has been under way since then was in flight across it.
func (w *watch) touched(t time.Duration) bool { return w.until.Load() > int64(t) }

// cost reports whether a slot that was due at t and could not be sent in time was
// lost to the meter itself: it stood still since. A time in which nobody ran is
// called a stall, however short, when it has cost a slot.
func (w *watch) cost(t time.Duration) bool {
	if p := w.pause.Load(); p != nil && p[1] > t && w.pause.CompareAndSwap(p, nil) {
		w.stalled("", StateStall, p[0], p[1])
	}
	return w.touched(t)
}

// stood is how long the whole meter has stood still so far, in all.
func (w *watch) stood() time.Duration { return time.Duration(w.lost.Load()) }

// stalled records a span in which the lane, or if that is "" the whole meter, stood still.
func (w *watch) stalled(lane, state string, from, to time.Duration) {
	if lane == "" {
		w.until.Store(int64(to))
		w.lost.Add(int64(to - from))
	}
	i := history.Interval{Source: history.SourceLoad, Subject: lane, State: state, From: from, To: to}
	w.mu.Lock()
	w.stalls = append(w.stalls, i)
	w.mu.Unlock()
	w.note(i)
}

func (w *watch) found() []history.Interval {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]history.Interval(nil), w.stalls...)
}

// keep beats until the alarm is interrupted, and compares the wall clock with
// the monotonic one: a step means that the machine was suspended or its clock set.
func (w *watch) keep(c clock, a *alarm) {
	apart := wallAhead(c)
	for last := c.now(); a.wait(last + beatEvery); {
		now := c.now()
		w.beat(now)
		if is := wallAhead(c); (is - apart).Abs() > overdue {
			w.stalled("", StateClockStep, last, now)
			apart = is
		}
		last = now
	}
}

// wallAhead is how far the wall clock has run ahead of the monotonic one since the clock's base.
func wallAhead(c clock) time.Duration {
	now := time.Now()
	return now.Round(0).Sub(c.base.Round(0)) - now.Sub(c.base)
}
