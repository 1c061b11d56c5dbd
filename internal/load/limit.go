package load

import (
	"context"
	"sync"
	"time"
)

// A limit ends a request when its time is up, whatever it is doing.
//
// The target must have had its whole time-out while we were there to hear it: when
// the generator stood still meanwhile, the request is given as much longer. A
// silent target is then found silent in spite of the stall, and an answer that has
// been waiting for us is read, so that the one is never taken for the other.
//
//	due ────────── stall ────┐ time-out
//	                         └──────────── + stall: still silent -> it failed
type limit struct {
	clock clock
	watch *watch
	end   time.Duration // due + time-out
	stood time.Duration // how long the generator had stood still in all, when the request began

	mu    sync.Mutex
	timer *time.Timer
	abort func() // breaks off what is under way
	over  bool
}

// newLimit returns a running limit. Its owner calls stop.
func newLimit(c clock, w *watch, end time.Duration) *limit {
	l := &limit{clock: c, watch: w, end: end, stood: w.stood()}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.timer = time.AfterFunc(end-c.now(), l.check)
	return l
}

// check runs when the time is up, and waits on for as long as we stood still.
func (l *limit) check() {
	now := l.clock.now() // once: a stall after it is not known yet
	l.watch.beat(now)
	l.mu.Lock()
	defer l.mu.Unlock()
	if left := l.end + l.watch.stood() - l.stood - now; left > 0 {
		l.timer.Reset(left)
		return
	}
	l.over = true
	if l.abort != nil {
		l.abort()
	}
}

// guard names what breaks off what is under way from now on.
func (l *limit) guard(abort func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.abort = abort
	if l.over {
		abort()
	}
}

// guardDial returns a context for a connection attempt.
func (l *limit) guardDial() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	l.guard(cancel)
	return ctx, cancel
}

// stop ends the limit; it aborts nothing any more. It reports whether the time was up.
func (l *limit) stop() (over bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.timer.Stop()
	l.abort = nil
	return l.over
}

// expired reports whether the time is up.
func (l *limit) expired() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over
}
