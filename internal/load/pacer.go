package load

import (
	"sync/atomic"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A slot is one request that is due.
type slot struct {
	seq uint64
	due time.Duration
}

// A pacer is vegeta's Pacer of one lane. It waits by itself until a slot is due,
// hands the slot over and tells the attacker not to wait. All calls but stop come
// from the attacker's one pacing goroutine.
type pacer struct {
	lane  string
	rate  int64
	start time.Duration // slot 0 is due here
	end   time.Duration // no slot is due from here on
	rest  time.Duration // least time between two sends; 0 but for the canary
	clock clock
	alarm *alarm
	watch *watch
	slots chan slot
	full  func() bool // whether every worker that may be is busy
	skip  func(slot, history.Class)

	next     uint64        // the slot to hand over next
	handed   uint64        // slots handed over
	left     time.Duration // when the pacer was last done with a slot; at first its start
	stalled  time.Duration // until when the lane stood still
	free     time.Duration // when the throttle allows the next send
	finished atomic.Bool
}

// due is the instant of slot i: exact, without a rounded interval that adds up.
func (p *pacer) due(i uint64) time.Duration {
	seconds, rest := int64(i)/p.rate, int64(i)%p.rate
	return p.start + time.Duration(seconds)*time.Second + time.Duration(rest*int64(time.Second)/p.rate)
}

// stop makes the attacker send nothing more.
func (p *pacer) stop() {
	p.finished.Store(true)
	p.alarm.interrupt()
}

// Rate implements vegeta's Pacer.
func (p *pacer) Rate(time.Duration) float64 { return float64(p.rate) }

// Pace implements vegeta's Pacer: it returns when a slot is due.
func (p *pacer) Pace(_ time.Duration, hits uint64) (time.Duration, bool) {
	defer func() { p.left = p.clock.now() }()
	if hits < p.handed {
		return 0, false // no worker was free, the attacker has just added one and asks again
	}
	for {
		s := slot{p.next, p.due(p.next)}
		asked := p.clock.now()
		if s.due >= p.end || p.finished.Load() || !p.alarm.wait(s.due) {
			return 0, true
		}
		now := p.clock.now()
		p.watch.beat(now)
		p.next++
		if class := p.fate(s.due, asked, now); class != history.ClassOK {
			p.skip(s, class)
			p.left = now
			continue
		}
		p.handed++
		p.slots <- s
		return 0, false
	}
}

// fate says whether a slot may be sent now, and if not, why.
func (p *pacer) fate(due, asked, now time.Duration) history.Class {
	if now-due > overdue {
		return p.tooLate(due, asked, now)
	}
	if now < p.free {
		return history.ClassSaturated
	}
	p.free = now + p.rest
	return history.ClassOK
}

// tooLate tells a lane that stood still from one that falls behind little by
// little, because it cannot reach its rate.
func (p *pacer) tooLate(due, asked, now time.Duration) history.Class {
	since := max(due, asked) // we overslept
	if asked-p.left > overdue/2 {
		since = p.left // the attacker did not give us our turn
	}
	if now-since > overdue/2 && !p.full() {
		p.stalled = now
		if !p.watch.touched(since) {
			p.watch.stalled(p.lane, StateStall, since, now)
		}
	}
	if due < p.stalled || p.watch.cost(due) {
		return history.ClassStall
	}
	return history.ClassSaturated
}
