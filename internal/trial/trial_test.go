package trial_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/trial/trialtest"
	"github.com/seatrial/seatrial/suites"
)

func TestATrialThatGoesWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.plan.Replay = "seatrial run probes/toggle --seed 7431"
		h, err := b.run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		wasTidied(t, b, h, nil)
		if got := h.Meta.Notes[history.NoteReplay]; got != b.plan.Replay {
			t.Errorf("the record says it is repeated by %q", got)
		}
		if got := h.Meta.Notes[history.NoteClock]; got != "2ms" {
			t.Errorf("the record says that the load's clock may be wrong by %q", got)
		}
		if got, want := marks(h), "deploy warm steady fault seen recover settled drain"; got != want {
			t.Errorf("marks %s\nwant  %s", got, want)
		}
		want := "Place Inventory Prepare Observers Deploy Load Stop Load Site Undo Stop Inventory Remove"
		if got := strings.Join(b.world.Calls(), " "); got != want {
			t.Errorf("calls %s\nwant  %s", got, want)
		}
		v := judge.Judge(h, suites.All(suites.Healed(), suites.NoLoss(history.LaneFresh)))
		for _, f := range judge.Assumptions(h) {
			if f.Status != judge.Pass {
				t.Errorf("%s: want %s, got %s", f.Name, f.Want, f.Got)
			}
		}
		// 200 ms of a third of 50/s: the pod was still an endpoint.
		if v.Status != judge.Fail || v.Lanes[history.LaneFresh].Errors == 0 || v.Lanes[history.LaneReused].Errors == 0 {
			t.Errorf("a broken pod cost nothing: %s %s %+v", v.Status, v.Reason, v.Lanes)
		}
		if v := judge.Judge(h, suites.All(suites.Healed(), suites.NoRestart())); v.Status != judge.Pass {
			t.Errorf("%s %s %+v", v.Status, v.Reason, v.Findings)
		}
	})
}

func TestATrialWithoutFaultAndLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.plan.Fault, b.plan.Load = nil, suites.NoLoad()
		h, err := b.run(t.Context())
		wasTidied(t, b, h, err)
		if got := marks(h); err != nil || got != "deploy warm steady drain" {
			t.Errorf("marks %s, error %v", got, err)
		}
	})
}

// Whatever method of the rig fails or panics, all that was begun is taken down.
func TestRigFails(t *testing.T) {
	for _, c := range []struct{ method, says string }{
		{"Place", "read the cluster's settings: planted"},
		{"Inventory", "take the inventory: planted"},
		{"Prepare", "prepare namespace st-7f3a-probes-toggle: planted"},
		{"Deploy", "deploy web: planted"},
		{"Load", "start the load: planted"},
		{"Stop", "planted"},
	} {
		for _, how := range []string{"error", "panic"} {
			t.Run(c.method+" "+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b := newBench()
					says := c.says
					if how == "error" {
						b.world.Fails[c.method] = errors.New("planted")
					} else {
						b.world.At[c.method] = once(func() { panic("planted") })
						says = "panic: planted"
					}
					h, err := b.run(t.Context())
					if err == nil || !strings.Contains(err.Error(), says) {
						t.Errorf("error %v, want %q in it", err, says)
					}
					wasTidied(t, b, h, err)
					if v := judge.Judge(h, suites.All(suites.Healed())); v.Status != judge.Invalid || v.Name != b.plan.Scenario {
						t.Errorf("%q is %s: a trial that broke off is no experiment", v.Name, v.Status)
					}
				})
			})
		}
	}
}

// once calls act the first time only.
func once(act func()) func() {
	done := false
	return func() {
		if !done {
			done = true
			act()
		}
	}
}

// An undo that fails is in the record, and keeps nobody from taking down the rest.
func TestUndoFails(t *testing.T) {
	for _, how := range []string{"error", "panic"} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench()
			b.plan.Hold.Settle = 0
			if b.world.Fails["Undo"] = errors.New("planted"); how == "panic" {
				b.world.At["Undo"] = func() { panic("planted") }
			}
			h, err := b.run(t.Context())
			if err == nil || !strings.Contains(err.Error(), "planted") || !strings.Contains(h.Meta.Notes[history.NoteError], "planted") {
				t.Errorf("%s: error %v, notes %v", how, err, h.Meta.Notes)
			}
			if how == "error" && h.Meta.Notes[history.NoteUndo] != "planted" {
				t.Errorf("notes %v", h.Meta.Notes)
			}
			if left := b.world.Left(); slices.Contains(left, "a meter") || slices.Contains(left, "an observer") || slices.Contains(left, "the namespace") {
				t.Errorf("%s: left: %v", how, left)
			}
		})
	}
}

func TestFaultGoesWrong(t *testing.T) {
	for name, c := range map[string]struct {
		after func(ctx context.Context) error
		says  string
	}{
		"fails":  {func(context.Context) error { return errors.New("planted") }, "inject trialtest/toggle: planted"},
		"panics": {func(context.Context) error { panic("planted") }, "run: panic: planted"},
		"hangs": {func(ctx context.Context) error { <-ctx.Done(); return fmt.Errorf("still: %w", context.Cause(ctx)) },
			"no effect seen within 2m0s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench()
				b.plan.Fault = trialtest.Toggle(b.world, c.after)
				h, err := b.run(t.Context())
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("error %v, want %q in it", err, c.says)
				}
				wasTidied(t, b, h, err)
				if got, want := marks(h), "deploy warm steady fault recover drain"; got != want {
					t.Errorf("marks %s\nwant  %s", got, want)
				}
			})
		})
	}
}

func TestObserverGoesWrong(t *testing.T) {
	for name, c := range map[string]struct {
		early func()
		late  func(ctx context.Context) error
		says  string // "": the trial goes on, blind
	}{
		"panics before ready": {early: func() { panic("planted") }, says: "arm observer pod: panic: planted"},
		"dies later":          {late: func(context.Context) error { return errors.New("planted") }},
		"dies in the hold": {late: func(ctx context.Context) error {
			select {
			case <-time.After(8 * time.Second):
				return errors.New("planted")
			case <-ctx.Done():
				return nil
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench()
				b.rig.Early, b.rig.Late = c.early, c.late
				h, err := b.run(t.Context())
				wasTidied(t, b, h, err)
				if c.says != "" {
					if err == nil || !strings.Contains(err.Error(), c.says) {
						t.Errorf("error %v, want %q", err, c.says)
					}
					return
				}
				v := judge.Judge(h, suites.All(suites.Healed()))
				if err != nil || v.Status != judge.Invalid || !strings.HasPrefix(v.Reason, judge.AssumeWatches) {
					t.Errorf("error %v, verdict %s %s", err, v.Status, v.Reason)
				}
				if note := h.Meta.Notes[history.NoteObservers]; !strings.Contains(note, "planted") {
					t.Errorf("the record says of its observers %q", note)
				}
			})
		})
	}
}

func TestObserverIsNeverReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		release := make(chan struct{})
		b.rig.Early = func() { <-release }
		h, err := b.run(t.Context())
		close(release)
		synctest.Wait()
		if err == nil || !strings.Contains(err.Error(), "still waiting for pod") || !strings.Contains(err.Error(), "not ready within 30s") {
			t.Errorf("error %v", err)
		}
		wasTidied(t, b, h, err)
	})
}

var errCtrlC = errors.New("interrupted")

// However early or late a trial is interrupted, it is undone and taken down.
func TestInterruptedInEveryPhase(t *testing.T) {
	whole := map[history.Phase]time.Duration{}
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.world.Heal, b.plan.Hold.Heal = 6*time.Second, 20*time.Second
		h, err := b.run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range h.Marks {
			whole[m.Phase] = m.Latest
		}
	})
	for _, phase := range []history.Phase{history.PhaseDeploy, history.PhaseWarm, history.PhaseSteady, history.PhaseSeen, history.PhaseRecover} {
		t.Run(string(phase), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench()
				b.world.Heal, b.plan.Hold.Heal = 6*time.Second, 20*time.Second
				ctx, cancel := context.WithCancelCause(t.Context())
				at := whole[phase] + 250*time.Millisecond
				timer := time.AfterFunc(at, func() { cancel(errCtrlC) })
				defer timer.Stop()
				began := time.Now()
				h, err := b.run(ctx)
				if !errors.Is(err, errCtrlC) {
					t.Errorf("error %v, want %v", err, errCtrlC)
				}
				if took := time.Since(began) - at; took > time.Second {
					t.Errorf("it went on for %s after it was interrupted", took)
				}
				wasTidied(t, b, h, err)
			})
		})
	}
}

// A trial that is interrupted between two phases is interrupted all the same.
func TestInterruptedWhileTheRigIsAtWork(t *testing.T) {
	for _, method := range []string{"Place", "Inventory", "Prepare", "Observers", "Deploy", "Load", "Site"} {
		t.Run(method, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench()
				ctx, cancel := context.WithCancelCause(t.Context())
				b.world.At[method] = once(func() { cancel(errCtrlC) })
				h, err := b.run(ctx)
				if !errors.Is(err, errCtrlC) {
					t.Errorf("error %v, want %v", err, errCtrlC)
				}
				wasTidied(t, b, h, err)
			})
		})
	}
}

func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.plan.Pause = func() error { time.Sleep(5 * time.Minute); return nil } // a person thinks
		h, err := b.run(t.Context())
		wasTidied(t, b, h, err)
		if deed := h.Marks[3]; err != nil || deed.Phase != history.PhaseFault || deed.Earliest < 5*time.Minute {
			t.Errorf("error %v, deed %+v", err, deed)
		}
		b = newBench()
		b.plan.Pause = func() error { return errors.New("no prediction was given") }
		h, err = b.run(t.Context())
		wasTidied(t, b, h, err)
		if err == nil || b.world.Count("Site") != 0 {
			t.Errorf("error %v; broken %d times", err, b.world.Count("Site"))
		}
	})
}

// Lane "reused" pins its connections when every route leads to its pod, and not
// before; what was sent until then is not in the record.
func TestPinnedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.world.RoutedLate = 700 * time.Millisecond
		h, err := b.run(t.Context())
		wasTidied(t, b, h, err)
		if err != nil || h.Samples[0].Seq != 0 || h.Samples[0].Due < time.Second+b.world.RoutedLate {
			t.Errorf("error %v, first slot %+v", err, h.Samples[0])
		}
		for _, f := range judge.Assumptions(h) {
			if f.Status != judge.Pass {
				t.Errorf("%s: want %s, got %s", f.Name, f.Want, f.Got)
			}
		}
	})
}

// Pods to which no route ever leads are for the judge to find.
func TestNeverReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.world.RoutedLate = time.Hour
		h, err := b.run(t.Context())
		wasTidied(t, b, h, err)
		v := judge.Judge(h, suites.All(suites.Healed()))
		if err != nil || v.Status != judge.Invalid || !strings.Contains(v.Reason, judge.AssumeReach) {
			t.Errorf("error %v, verdict %s %s", err, v.Status, v.Reason)
		}
	})
}

// The hold ends when the app has healed, and not before; one that never does uses
// all of its time, and has no mark "settled".
func TestHoldAndSettle(t *testing.T) {
	for name, c := range map[string]struct {
		heal    time.Duration
		hold    suites.Hold
		held    time.Duration // from seen to recover, to a second
		settled bool
	}{
		"heals itself":    {4 * time.Second, suites.Hold{For: time.Second, Heal: time.Minute}, 7 * time.Second, true},
		"healed long ago": {time.Second, suites.Hold{For: 30 * time.Second, Heal: time.Minute}, 32 * time.Second, true},
		"needs its undo":  {0, suites.Hold{For: 2 * time.Second, Heal: 10 * time.Second, Settle: time.Minute}, 12 * time.Second, true},
		"not in time":     {0, suites.Hold{For: 2 * time.Second, Settle: time.Second}, 2 * time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench()
				b.world.Heal, b.plan.Hold = c.heal, c.hold
				h, err := b.run(t.Context())
				wasTidied(t, b, h, err)
				at := map[history.Phase]time.Duration{}
				for _, m := range h.Marks {
					at[m.Phase] = m.Latest
				}
				if held := at[history.PhaseRecover] - at[history.PhaseSeen]; held < c.held-100*time.Millisecond || held > c.held+time.Second {
					t.Errorf("held for %s, want about %s", held, c.held)
				}
				if _, settled := at[history.PhaseSettled]; settled != c.settled {
					t.Errorf("settled: %t, want %t", settled, c.settled)
				}
			})
		})
	}
}

// A fault that is seen at the last moment, within two minutes, and an app that never heals: the deed is undone
// as late as the plan says, and the deadlines of undo steps count on it.
func TestLongest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.plan.Hold = suites.Hold{For: 5 * time.Second, Heal: 10 * time.Second}
		b.plan.Fault = trialtest.Toggle(b.world, func(ctx context.Context) error {
			select {
			case <-time.After(119 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		h, err := b.run(t.Context())
		wasTidied(t, b, h, err)
		var deed, undone time.Duration
		for _, m := range h.Marks {
			switch m.Phase {
			case history.PhaseFault:
				deed = m.Earliest
			case history.PhaseRecover:
				undone = m.Earliest
			}
		}
		if held, most := undone-deed, b.plan.Longest(); held > most || held < most-2*time.Second {
			t.Errorf("undone %s after the deed, want %s, or less by a second", held, most)
		}
	})
}
