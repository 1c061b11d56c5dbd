package observe

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// fake is an observer made of a function.
type fake struct {
	name string
	run  func(ctx context.Context, ready func()) error
}

func (f fake) Name() string { return f.name }
func (f fake) Observe(ctx context.Context, _ *history.Recorder, ready func()) error {
	return f.run(ctx, ready)
}

func good(name string) Observer {
	return fake{name, func(ctx context.Context, ready func()) error { ready(); ready(); <-ctx.Done(); return nil }}
}

func TestArmIsReadyOrDone(t *testing.T) {
	broken := errors.New("no such API")
	for name, c := range map[string]struct {
		obs  []Observer
		want []string // in the error; none: no error
	}{
		"all ready": {obs: []Observer{good("pods"), good("nodes")}},
		"one dies before it is ready": {
			obs:  []Observer{good("pods"), fake{"nodes", func(context.Context, func()) error { return broken }}},
			want: []string{"arm observer nodes", "no such API"}},
		"one ends before it is ready": {
			obs:  []Observer{fake{"nodes", func(context.Context, func()) error { return nil }}, good("pods")},
			want: []string{"arm observer nodes", "ended before"}},
		"one panics before it is ready": {
			obs:  []Observer{good("pods"), fake{"nodes", func(context.Context, func()) error { panic("nil map") }}},
			want: []string{"arm observer nodes", "nil map"}},
		"one hangs": {
			obs:  []Observer{good("pods"), fake{"nodes", func(ctx context.Context, _ func()) error { <-ctx.Done(); return nil }}},
			want: []string{"waiting for nodes"}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			a, err := Arm(ctx, newRecorder(), c.obs...)
			if len(c.want) == 0 {
				if err != nil {
					t.Fatal(err)
				}
				stop(t, a)
				return
			}
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("want an error with %q, got %v", want, err)
				}
			}
		})
	}
}

func TestDeathAfterReadyIsAGapWithoutEnd(t *testing.T) {
	for name, death := range map[string]func() error{
		"error": func() error { return errors.New("stream broke") },
		"panic": func() error { panic("stream broke") },
		"end":   func() error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			rec := newRecorder()
			a := armed(t, rec, fake{history.SourceNode, func(_ context.Context, ready func()) error { ready(); return death() }})
			await(t, rec, "the gap", func([]history.Interval) bool {
				return gapsOf(rec, history.SourceNode)[GapBlind].To == history.Open
			})
			stop(t, a)
			if err := a.Died(); err == nil || !strings.Contains(err.Error(), "observer node died") {
				t.Errorf("want the death told, got %v", err)
			}
		})
	}
}

func TestBlindfoldEndsAnyObserver(t *testing.T) {
	rec := newRecorder()
	a := armed(t, rec, Blindfold(good("runtime"), time.Millisecond))
	if gaps := gapsOf(rec, "runtime"); len(gaps) > 0 {
		t.Errorf("blind before the trial was steady: %v", gaps)
	}
	rec.Mark(history.Mark{Phase: history.PhaseSteady})
	await(t, rec, "the gap", func([]history.Interval) bool {
		return strings.Contains(gapsOf(rec, "runtime")[GapBlind].Detail, "blindfolded")
	})
	stop(t, a)
}

func TestStopSaysWhoIsLeft(t *testing.T) {
	release := make(chan struct{})
	a := armed(t, newRecorder(), fake{"deaf", func(_ context.Context, ready func()) error { ready(); <-release; return nil }}, good("obedient"))
	a.cancel()
	for a.stillThere() == "deaf, obedient" { // its end is noted in a moment
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := a.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "still waiting for deaf:") {
		t.Errorf("want the deadline's error, and who is left: %v", err)
	}
	close(release)
	stop(t, a)
}

func TestUntil(t *testing.T) {
	rec := newRecorder()
	go rec.State(history.Interval{Source: history.SourceNode, Subject: "n1", State: "False"})
	await(t, rec, "n1 to be not ready", inState(history.SourceNode, "n1", "False"))
	if n := CountState(rec.Snapshot(), history.SourceNode, "False"); n != 1 {
		t.Errorf("counted %d", n)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	err := Until(ctx, rec, "n1 to be ready", inState(history.SourceNode, "n1", "True"))
	if err == nil || !strings.Contains(err.Error(), "for n1 to be ready: context deadline exceeded") {
		t.Errorf("got %v", err)
	}
}
