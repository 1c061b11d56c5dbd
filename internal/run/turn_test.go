package run

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestOneTurnAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turn := newTurn()
		var at, most atomic.Int32
		for range 5 {
			go func() {
				done := turn.take(t.Context())
				most.Store(max(most.Load(), at.Add(1)))
				time.Sleep(time.Second)
				at.Add(-1)
				done()
				done() // giving back twice gives back nothing of another's
			}()
		}
		time.Sleep(10 * time.Second)
		if most.Load() != 1 || len(turn) != 0 {
			t.Errorf("%d at a time, %d still there", most.Load(), len(turn))
		}
	})
}

func TestTurnIsNotWaitedForInVain(t *testing.T) {
	turn := newTurn()
	done := turn.take(t.Context())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	turn.take(ctx)() // returns, and gives back what it did not get
	if len(turn) != 1 {
		t.Error("the turn was taken from its holder")
	}
	done()
}
