package run

import (
	"context"
	"sync"
	"time"
)

const (
	// roomLook is how often the processors are looked at, and roomSpan the time over
	// which their idleness counts: a trial that just started its pods has shown by
	// then what it takes.
	roomLook = 500 * time.Millisecond
	roomSpan = 3 * time.Second
	// enoughIdle is the share of the processors that must be idle before one more
	// trial starts its pods. On two cores a trial takes 10 to 15 % of them once it
	// runs and all there is while it deploys; with less than a third left the answers
	// of the others come late, and over their time-out from a fifth on.
	enoughIdle = 0.35
)

// A room keeps trials from starting beside others while the machine has too much to
// do for them. How many it carries depends on the machine, and on the moment: a
// virtual machine on a busy host may carry a third of what it carried an hour ago.
type room struct {
	time func() (idle, total time.Duration, err error) // see host.ProcessorTime

	mu      sync.Mutex
	inside  int
	samples []roomSample // the last roomSpan, oldest first
}

type roomSample struct{ idle, total time.Duration }

// watch looks at the processors until ctx ends. Where they cannot be looked at,
// there is always room.
func (r *room) watch(ctx context.Context) {
	ticker := time.NewTicker(roomLook)
	defer ticker.Stop()
	for {
		idle, total, err := r.time()
		if err != nil {
			return
		}
		r.add(roomSample{idle, total})
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

func (r *room) add(s roomSample) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.samples = append(r.samples, s)
	if most := int(roomSpan/roomLook) + 1; len(r.samples) > most {
		r.samples = r.samples[1:]
	}
}

// idle is the share of the processors that had nothing to do lately; 1 where nobody
// knows. The caller holds the lock.
func (r *room) idle() float64 {
	if len(r.samples) < 2 {
		return 1
	}
	first, last := r.samples[0], r.samples[len(r.samples)-1]
	if last.total == first.total {
		return 1
	}
	return float64(last.idle-first.idle) / float64(last.total-first.total)
}

// enter lets one in if there is room, and the first in any case.
func (r *room) enter() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inside > 0 && r.idle() < enoughIdle {
		return false
	}
	r.inside++
	return true
}

func (r *room) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inside--
}

// admit takes the turn for a trial as soon as there is room for it on the machine.
// leave must be called when the trial has ended. When ctx ends first, neither is
// waited for any longer.
func (s *session) admit(ctx context.Context, title string) (deployed, leave func()) {
	began := time.Now()
	told := false
	for ctx.Err() == nil {
		deployed := s.turn.take(ctx)
		if s.room.enter() {
			if told {
				s.view.Working(title+": wait for room on the machine", "", time.Since(began), true)
			}
			return deployed, sync.OnceFunc(s.room.leave)
		}
		deployed() // who waits for room does not keep others from their deeds
		told = true
		s.view.Working(title+": wait for room on the machine", "its processors are busy", time.Since(began), false)
		select {
		case <-time.After(roomLook):
		case <-ctx.Done():
		}
	}
	return func() {}, func() {}
}
