package trial_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/trial"
)

// Nothing is broken while the generator stands still, and not for a second after;
// on a machine that always does it is broken all the same, for the judge to say so.
func TestTheDeedWaitsForACalmMachine(t *testing.T) {
	for name, c := range map[string]struct {
		until time.Duration // the machine stands still now and then until here
		from  time.Duration // the deed is not before
		to    time.Duration // and not after
	}{
		"calm":       {0, 0, 12 * time.Second},
		"for a time": {15 * time.Second, 16 * time.Second, 17 * time.Second},
		"always":     {time.Hour, 15 * time.Second, 30 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench()
			rec := history.NewRecorder(history.StartClock(), nil)
			stop := make(chan struct{})
			go func() {
				tick := time.NewTicker(500 * time.Millisecond)
				defer tick.Stop()
				for {
					select {
					case <-tick.C:
						if now := rec.Clock().Now(); now <= c.until {
							rec.Gap(history.Interval{Source: history.SourceLoad, State: "stall", From: now - 50*time.Millisecond, To: now})
						}
					case <-stop:
						return
					}
				}
			}()
			err := trial.Run(t.Context(), b.plan, b.rig, rec, nil)
			close(stop)
			synctest.Wait()
			deed := rec.History().Marks[3]
			if err != nil || deed.Phase != history.PhaseFault || deed.Earliest < c.from || deed.Earliest > c.to {
				t.Errorf("%s: error %v, deed %+v; want it between %s and %s", name, err, deed, c.from, c.to)
			}
		})
	}
}

// The turn is had at the deed and given back a second after it, not at the end of
// the trial.
func TestTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		began := time.Now()
		var taken, given time.Duration
		b.plan.Turn = func(context.Context) func() {
			time.Sleep(30 * time.Second) // somebody else has it
			taken = time.Since(began)
			return func() {
				if given == 0 {
					given = time.Since(began)
				}
			}
		}
		h, err := b.run(t.Context())
		wasTidied(t, b, h, err)
		deed := h.Marks[3].Latest
		if err != nil || taken < 30*time.Second || deed < taken || given < deed+time.Second || given > deed+1100*time.Millisecond {
			t.Errorf("error %v: turn from %s to %s, deed at %s", err, taken, given, deed)
		}
	})
}

// A trial whose steady time is disturbed begins it anew; one that never gets there goes on
// all the same, from its first try, for the judge to say so.
func TestSteadyBeginsAnew(t *testing.T) {
	for name, c := range map[string]struct {
		breaks int // times, a second and a half apart
		steady judge.Status
		later  time.Duration // than it was first tried
	}{
		"undisturbed": {0, judge.Pass, 0},
		"once":        {1, judge.Pass, time.Second},
		"always":      {20, judge.Invalid, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench()
			b.plan.Fault = nil
			rec := history.NewRecorder(history.StartClock(), nil)
			var first time.Duration
			err := trial.Run(t.Context(), b.plan, b.rig, rec, func(phase history.Phase, _ string) {
				if phase != history.PhaseSteady {
					return
				}
				first = rec.Clock().Now()
				go func() {
					for range c.breaks {
						time.Sleep(time.Second)
						b.world.Break()
						time.Sleep(500 * time.Millisecond)
						b.world.Mend()
					}
				}()
			})
			time.Sleep(time.Minute) // whoever breaks comes to its end
			h := rec.History()
			steady := h.Marks[2]
			if err != nil || steady.Phase != history.PhaseSteady || steady.Latest < first+c.later || c.later == 0 && steady.Latest != first {
				t.Errorf("%s: error %v, %+v, first tried at %s", name, err, steady, first)
			}
			for _, f := range judge.Assumptions(h) {
				if f.Name == judge.AssumeSteady && f.Status != c.steady {
					t.Errorf("%s: %s, want %s, got %s", name, f.Status, f.Want, f.Got)
				}
			}
		})
	}
}

// The load waits until the trial may be measured, and the app is not removed before
// the trial may do that: neither is loaded, nor observed any more, in between.
func TestMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		const held = 30 * time.Second
		ended := 0
		b.plan.Measured = func(context.Context) func(context.Context) {
			time.Sleep(held)
			if b.world.Count("Deploy") != 1 || b.world.Count("Load") != 0 {
				t.Errorf("measured after %v", b.world.Calls())
			}
			return func(context.Context) {
				time.Sleep(held)
				ended++
				if left := b.world.Left(); b.world.Count("Remove") != 0 || !slices.Equal(left, []string{"the namespace"}) {
					t.Errorf("to be removed is %q after %v", left, b.world.Calls())
				}
			}
		}
		h, err := b.run(t.Context())
		wasTidied(t, b, h, err)
		if warm := h.Marks[1]; err != nil || ended != 1 || warm.Phase != history.PhaseWarm || warm.Earliest < held {
			t.Errorf("error %v, ended %d times, %+v", err, ended, warm)
		}
	})
}

// A trial that is called off while it waits sends no load, and is removed all the same.
func TestMeasuredIsCalledOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, ended, errAway := newBench(), 0, errors.New("away")
		ctx, cancel := context.WithCancelCause(t.Context())
		b.plan.Measured = func(context.Context) func(context.Context) {
			cancel(errAway)
			return func(context.Context) { ended++ }
		}
		h, err := b.run(ctx)
		wasTidied(t, b, h, err)
		if !errors.Is(err, errAway) || ended != 1 || b.world.Count("Load") != 0 {
			t.Errorf("error %v, ended %d times, %v", err, ended, b.world.Calls())
		}
	})
}
