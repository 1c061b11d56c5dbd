package main

import (
	"fmt"
	"runtime"
	"strconv"
	"time"
)

// knobTable says what turning each knob does. An error is the value's fault and
// nothing was changed. Knobs never take the handlers' lock, except to keep it.
func (a *app) knobTable() map[string]func(string) error {
	return map[string]func(string) error{
		knobAllocate: onBytes(func(n int64) error { go a.allocate(n); return nil }),
		knobLeak:     onBytes(a.leakOnward),
		knobCatchOOM: onBytes(func(n int64) error {
			a.allocate(n)
			a.turn(func(s *settings) { s.OutOfMemory = true })
			return nil
		}),
		knobFill:     onBytes(a.fill),
		knobFork:     onInt(0, 4096, a.fork),
		knobDeadlock: func(string) error { a.stick(knobDeadlock); return nil },
		knobSpin:     onInt(0, 1024, a.spin),
		knobExit:     onInt(0, 255, a.leaveWith),

		knobCrashAtStart: onInt(-1, 255, a.leaveCrash),

		knobBootTime:  onDuration(a.leaveBootTime),
		knobUnready:   a.timer(func(s *settings, t time.Time) { s.UnreadyUntil = t }),
		knobHang:      a.timer(func(s *settings, t time.Time) { s.HangUntil = t }),
		knobLiveCode:  a.status(func(s *settings, code int) { s.LiveCode = code }),
		knobReadyCode: a.status(func(s *settings, code int) { s.ReadyCode = code }),
		knobAnswerTime: onDuration(func(d time.Duration) error {
			a.turn(func(s *settings) { s.AnswerTime = d })
			return nil
		}),
		knobDrain: onDuration(func(d time.Duration) error {
			a.turn(func(s *settings) { s.Drain = d })
			return nil
		}),
		knobErrorRate:     a.spoils(a.errorRate),
		knobFailBusiness:  a.spoils(a.onOff(func(s *settings, on bool) { s.FailBusiness = on })),
		knobTruncate:      a.spoils(a.onOff(func(s *settings, on bool) { s.Truncate = on })),
		knobServing:       a.onOff(func(s *settings, on bool) { s.NotServing = !on }),
		knobPort:          a.turnPort,
		knobIgnoreSIGTERM: a.onOff(func(s *settings, on bool) { s.IgnoreSIGTERM = on }),
		knobReadyFile:     a.setReadyFile,
		knobVersion: func(v string) error {
			a.turn(func(s *settings) { s.Version = v })
			return nil
		},
	}
}

// stick takes the handlers' lock and keeps it. The log's instant is the first
// at which no handler can come through.
func (a *app) stick(cause string) {
	a.mu.Lock()
	already := a.stuck
	a.stuck = true
	a.mu.Unlock()
	if already {
		return
	}
	a.lock <- struct{}{}
	a.log.add(now(), stateStuck, attrCause, cause)
}

// spin burns CPU in n goroutines, one per CPU if n is 0. Go's scheduler would
// still let handlers through now and then, so the loop holds their lock as well.
func (a *app) spin(n int) error {
	if n == 0 {
		n = runtime.GOMAXPROCS(0)
	}
	a.stick(knobSpin)
	burn(n)
	return nil
}

// burn takes processor time in n threads, for ever: Go's scheduler is told to run as many at once.
func burn(n int) {
	runtime.GOMAXPROCS(max(n, runtime.GOMAXPROCS(0)))
	for range n {
		go func() {
			for x := uint64(1); x != 0; x += 2 { // odd: never 0
			}
		}()
	}
}

// leaveWith ends the process as soon as the knob's answer is out.
func (a *app) leaveWith(code int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.leaving = &code
	return nil
}

func (a *app) errorRate(value string) error {
	rate, err := strconv.ParseFloat(value, 64)
	if err != nil || !(rate >= 0 && rate <= 1) {
		return fmt.Errorf("%q is no share from 0 to 1", value)
	}
	a.turn(func(s *settings) { s.ErrorRate = rate })
	return nil
}

// timer is a knob whose effect lasts for a duration.
func (a *app) timer(edit func(*settings, time.Time)) func(string) error {
	return onDuration(func(d time.Duration) error {
		a.turn(func(s *settings) { edit(s, time.Now().Add(d)) })
		return nil
	})
}

// status is a knob whose value is an HTTP status, or 0 for "as it is".
func (a *app) status(edit func(*settings, int)) func(string) error {
	return onInt(0, 599, func(code int) error {
		if code != 0 && code < 200 {
			return fmt.Errorf("%d is no final HTTP status", code)
		}
		a.turn(func(s *settings) { edit(s, code) })
		return nil
	})
}

func (a *app) onOff(edit func(*settings, bool)) func(string) error {
	return func(value string) error {
		on, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", value)
		}
		a.turn(func(s *settings) { edit(s, on) })
		return nil
	}
}

func onBytes(do func(int64) error) func(string) error {
	return func(value string) error {
		n, err := parseBytes(value)
		if err != nil {
			return err
		}
		return do(n)
	}
}

func onDuration(do func(time.Duration) error) func(string) error {
	return func(value string) error {
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 {
			return fmt.Errorf("%q is no duration, such as 500ms or 10s", value)
		}
		return do(d)
	}
}

func onInt(low, high int, do func(int) error) func(string) error {
	return func(value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < low || n > high {
			return fmt.Errorf("%q is no number from %d to %d", value, low, high)
		}
		return do(n)
	}
}
