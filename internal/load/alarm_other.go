//go:build !linux

package load

import (
	"sync"
	"time"
)

// An alarm wakes one goroutine at instants that are as exact as Go's timers.
type alarm struct {
	clock clock
	once  sync.Once
	rung  chan struct{}
}

func newAlarm(c clock) (*alarm, error) { return &alarm{clock: c, rung: make(chan struct{})}, nil }

// wait returns true at the offset t, at once if that is past, and false once
// the alarm was interrupted.
func (a *alarm) wait(t time.Duration) bool {
	left := t - a.clock.now()
	if left <= 0 {
		return true
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-a.rung:
		return false
	}
}

// interrupt makes this and every later wait for the future return false.
func (a *alarm) interrupt() { a.once.Do(func() { close(a.rung) }) }

func (a *alarm) close() { a.interrupt() }
