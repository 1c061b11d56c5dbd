package run

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
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
		s, _ := bareSession(t)
		p := &processors{began: time.Now()}
		p.share.Store(90)
		s.room.time = p.time
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go s.room.watch(ctx)

		deployed, first := s.admit(ctx, Item{Scenario: s.Scenarios[0]})
		deployed()
		p.share.Store(10)
		time.Sleep(2 * roomSpan)
		let := make(chan func())
		go func() {
			deployed, leave := s.admit(ctx, Item{Scenario: s.Scenarios[1]})
			deployed()
			let <- leave
		}()
		time.Sleep(time.Minute)
		if s.room.inside != 1 || len(s.turn) != 0 {
			t.Errorf("%d inside a busy machine, %d hold the turn while they wait", s.room.inside, len(s.turn))
		}
		p.share.Store(90)
		second := <-let
		p.share.Store(10)
		time.Sleep(2 * roomSpan)
		first()
		first() // leaving twice makes no room for two
		second()
		if _, leave := s.admit(ctx, Item{Scenario: s.Scenarios[0]}); s.room.inside != 1 {
			t.Error("a busy machine refuses the only one")
		} else {
			leave()
		}
		cancel()
		synctest.Wait()
	})
}

func TestRoomIsNotWaitedForInVain(t *testing.T) {
	s, _ := bareSession(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	deployed, leave := s.admit(ctx, Item{Scenario: s.Scenarios[0]})
	deployed()
	leave()
	if s.room.inside != 0 || len(s.turn) != 0 {
		t.Errorf("%d inside, %d hold the turn", s.room.inside, len(s.turn))
	}
}

// Where nobody knows how busy the processors are, there is room.
func TestRoomWithoutEyes(t *testing.T) {
	r := &room{time: func() (time.Duration, time.Duration, error) { return 0, 0, errors.New("no /proc") }}
	r.watch(t.Context())
	if !r.enter(mostIdle, 0) || !r.enter(mostIdle, 0) {
		t.Error("no room")
	}
}

// Who sends more needs more room.
func TestRoomForLoad(t *testing.T) {
	for rate, want := range map[int]float64{0: 0.35, 50: 0.4, 500: 0.75} {
		i := Item{Scenario: scenario("t/a")}
		i.Scenario.Load.Rate = rate
		if got := roomFor(i); math.Abs(got-want) > 1e-9 {
			t.Errorf("%d/s needs %.2f, want %.2f", rate, got, want)
		}
	}
}
