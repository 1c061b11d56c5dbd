package run

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// processors are two whose idle share can be told.
type processors struct {
	began       time.Time
	idle, total time.Duration
	share       atomic.Int64 // percent
}

func (p *processors) time() (time.Duration, time.Duration, error) {
	passed := 2*time.Since(p.began) - p.total
	p.total += passed
	p.idle += time.Duration(p.share.Load()) * passed / 100
	return p.idle, p.total, nil
}

func TestRoomIsForAsManyAsTheMachineCarries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, view := bareSession(t)
		p := &processors{began: time.Now()}
		p.share.Store(90)
		s.room.time = p.time
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go s.room.watch(ctx)

		deployed, first := s.admit(ctx, Item{Scenario: s.Scenarios[0]}, nil, nil)
		deployed()
		p.share.Store(10)
		time.Sleep(2 * roomSpan)
		let := make(chan func())
		go func() {
			deployed, leave := s.admit(ctx, Item{Scenario: s.Scenarios[1]}, nil, nil)
			deployed()
			let <- leave
		}()
		time.Sleep(time.Minute + roomLook/4) // between two looks
		synctest.Wait()
		if s.room.inside != 1 || len(s.turn) != 0 {
			t.Errorf("%d inside a busy machine, %d hold the turn while they wait", s.room.inside, len(s.turn))
		}
		if last := view.last(); last.Detail != "until those that run are not disturbed" || last.Elapsed < time.Minute-roomLook {
			t.Errorf("it is told %+v", last)
		}
		p.share.Store(90)
		second := <-let
		p.share.Store(10)
		time.Sleep(2 * roomSpan)
		first()
		first() // leaving twice makes no room for two
		second()
		if _, leave := s.admit(ctx, Item{Scenario: s.Scenarios[0]}, nil, nil); s.room.inside != 1 {
			t.Error("a busy machine refuses the only one")
		} else {
			leave()
		}
		cancel()
		synctest.Wait()
	})
}

func TestRoomIsNotWaitedForInVain(t *testing.T) {
	s, view := bareSession(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	deployed, leave := s.admit(ctx, Item{Scenario: s.Scenarios[0]}, nil, nil)
	deployed()
	leave()
	if s.room.inside != 0 || len(s.turn) != 0 {
		t.Errorf("%d inside, %d hold the turn", s.room.inside, len(s.turn))
	}
	if len(view.worked) != 0 {
		t.Errorf("a wait that there was not is told: %+v", view.worked)
	}
}

// Where nobody knows how busy the processors are, there is room.
func TestRoomWithoutEyes(t *testing.T) {
	r := &room{time: func() (time.Duration, time.Duration, error) { return 0, 0, errors.New("no /proc") }}
	r.watch(t.Context())
	for n := range 2 {
		if !r.enter(0, true) {
			t.Errorf("no room for the one after %d", n)
		}
	}
}

// What was seen before they could not be looked at any more is not how things are.
func TestRoomGoesBlind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		looks := 0
		r := &room{time: func() (time.Duration, time.Duration, error) {
			if looks++; looks > 3 {
				return 0, 0, errors.New("no /proc")
			}
			return 0, time.Duration(looks) * time.Second, nil // never idle
		}}
		r.watch(t.Context())
		if !r.enter(0, true) || looks != 4 {
			t.Errorf("no room after %d looks", looks)
		}
	})
}

// A quiet app that is answered late, or of which too little is known, keeps others out;
// the only one there disturbs nobody.
func TestRoomBesideAQuietApp(t *testing.T) {
	answered := func(n int, took time.Duration, slow int, class history.Class) *witness {
		w := &witness{rec: history.NewRecorder(history.StartClock(), nil)}
		for i := range n {
			x := history.Sample{Seq: uint64(i), Took: took}
			if i < slow {
				x.Took, x.Class = 400*time.Millisecond, class
			}
			w.rec.Sample(x)
		}
		return w
	}
	for name, c := range map[string]struct {
		w     *witness
		quick bool
	}{
		"none":              {nil, true},
		"quick":             {answered(1000, 3*time.Millisecond, 0, ""), true},
		"one of 200 slow":   {answered(1000, 3*time.Millisecond, 5, ""), true},
		"one of 50 slow":    {answered(1000, 3*time.Millisecond, 20, ""), false},
		"a single failure":  {answered(1000, 3*time.Millisecond, 1, history.ClassRefused), false},
		"one of 50 failed":  {answered(1000, 3*time.Millisecond, 20, history.ClassRefused), false},
		"one of 50 unasked": {answered(1000, 3*time.Millisecond, 20, history.ClassStall), true},
		"hardly asked":      {answered(quickLeast-1, 3*time.Millisecond, 0, ""), false},
	} {
		if got := c.w.quick(); got != c.quick {
			t.Errorf("%s: quick is %t", name, got)
		}
		r := &room{inside: 1}
		if got := r.enter(time.Hour, c.w.quick()); got != c.quick {
			t.Errorf("%s: let in: %t", name, got)
		}
	}
	if r := (&room{}); !r.enter(roomPatience, false) {
		t.Error("the only one is kept out")
	}
}

// A machine on which trials disturbed each other is told from a quicker one, and the run says
// which it is.
func TestRoomGauge(t *testing.T) {
	for _, c := range []struct {
		took time.Duration
		slow bool
		say  string
	}{
		{1160 * time.Microsecond, true, "trials side by side begin and end together: this machine takes 1.2 ms to start a process (over 1.1 ms; --parallel 1 has one at a time)"},
		{900 * time.Microsecond, false, "as many trials at once as there is room for: this machine takes 0.9 ms to start a process"},
		{0, false, ""},
	} {
		r := &room{}
		if got := r.gauge(c.took); got != c.say || r.slow != c.slow {
			t.Errorf("%s: %q, in step: %t", c.took, got, r.slow)
		}
	}
}
