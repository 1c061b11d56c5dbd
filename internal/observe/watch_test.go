package observe

import (
	"context"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
)

// patience bounds every wait of a test; none is meant to last so long.
const patience = 20 * time.Second

func armed(t *testing.T, rec *history.Recorder, obs ...Observer) *Armed {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	a, err := Arm(ctx, rec, obs...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func stop(t *testing.T, a *Armed) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := a.Stop(ctx); err != nil {
		t.Fatal(err)
	}
}

func await(t *testing.T, rec *history.Recorder, what string, cond func([]history.Interval) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := Until(ctx, rec, what, cond); err != nil {
		t.Fatal(err)
	}
}

func inState(source, subject, state string) func([]history.Interval) bool {
	return func(is []history.Interval) bool { return Current(is, source)[subject].State == state }
}

func isGone(source, subject string) func([]history.Interval) bool {
	return func(is []history.Interval) bool { _, ok := Current(is, source)[subject]; return !ok }
}

// gapsOf returns the gaps of a source by state.
func gapsOf(rec *history.Recorder, source string) map[string]history.Interval {
	gaps := map[string]history.Interval{}
	for _, g := range rec.History().Gaps {
		if g.Source == source {
			gaps[g.State] = g
		}
	}
	return gaps
}

func TestWatchRecordsAPodsLife(t *testing.T) {
	api, rec := newAPI(t), newRecorder()
	api.set(pod("old", corev1.PodRunning))
	a := armed(t, rec, quick(Pods(api.client(), testNamespace)))
	api.set(pod("new", corev1.PodPending))
	await(t, rec, "new to be pending", inState(history.SourcePod, "new", "Pending"))
	api.set(pod("new", corev1.PodRunning))
	await(t, rec, "new to run", inState(history.SourcePod, "new", "Running"))
	api.delete(pod("old", corev1.PodRunning))
	await(t, rec, "old to be gone", isGone(history.SourcePod, "old"))
	stop(t, a)
	if gaps := rec.History().Gaps; len(gaps) > 0 {
		t.Errorf("a quiet watch left gaps: %+v", gaps)
	}
}

// A change between the last look and the end is not lost: the watch lives on
// until the final LIST is explained.
func TestLateEventExplainsTheFinalList(t *testing.T) {
	api, rec := newAPI(t), newRecorder()
	a := armed(t, rec, quick(Pods(api.client(), testNamespace)))
	api.set(pod("late", corev1.PodRunning))
	stop(t, a)
	if _, ok := Current(rec.Snapshot(), history.SourcePod)["late"]; !ok || len(rec.History().Gaps) > 0 {
		t.Errorf("want late and no gap, got %+v, gaps %+v", rec.Snapshot(), rec.History().Gaps)
	}
}

// The planted defect of the final proof: one event is lost on its way.
func TestDroppedEventIsAGap(t *testing.T) {
	for _, lost := range []string{"ADDED", "MODIFIED", "DELETED"} {
		t.Run(lost, func(t *testing.T) {
			t.Parallel()
			api, rec := newAPI(t), newRecorder()
			api.drop = func(e apiEvent) bool { return e.kind == lost && e.pod.Name == "x" }
			a := armed(t, rec, quick(Pods(api.client(), testNamespace)))
			api.set(pod("x", corev1.PodPending))
			if lost != "ADDED" {
				await(t, rec, "x to be pending", inState(history.SourcePod, "x", "Pending"))
			}
			switch lost {
			case "MODIFIED":
				api.set(pod("x", corev1.PodRunning))
			case "DELETED":
				api.delete(pod("x", corev1.PodPending))
			}
			stop(t, a)
			for _, source := range []string{history.SourcePod, history.SourceReady, history.SourceContainer} {
				g, ok := gapsOf(rec, source)[GapMissed]
				if !ok || g.Subject != "x" || g.From > g.To {
					t.Errorf("source %s: want a gap about x, got %+v", source, rec.History().Gaps)
				}
			}
			_, is := Current(rec.Snapshot(), history.SourcePod)["x"]
			if want := lost != "DELETED"; is != want {
				t.Errorf("the record does not end as the list does: x there %v, want %v", is, want)
			}
		})
	}
}

func TestExpiredWatchIsRelistedWithAGap(t *testing.T) {
	for name, inBand := range map[string]bool{"as an event": true, "as a status": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, rec := newAPI(t), newRecorder()
			api.set(pod("gone", corev1.PodRunning))
			a := armed(t, rec, quick(Pods(api.client(), testNamespace)))
			api.told(func() { api.drop = func(e apiEvent) bool { return e.pod.Name != "after" } })
			api.set(pod("new", corev1.PodRunning))
			api.delete(pod("gone", corev1.PodRunning))
			api.told(func() { api.expired, api.inBand = api.version, inBand })
			api.cut()
			await(t, rec, "the relist", func(is []history.Interval) bool {
				_, ok := gapsOf(rec, history.SourcePod)[GapRelisted]
				return ok && inState(history.SourcePod, "new", "Running")(is) && isGone(history.SourcePod, "gone")(is)
			})
			api.set(pod("after", corev1.PodRunning))
			await(t, rec, "after, by the new watch", inState(history.SourcePod, "after", "Running"))
			stop(t, a)
			if gaps := gapsOf(rec, history.SourcePod); len(gaps) != 1 {
				t.Errorf("want the relist's gap only, got %+v", gaps)
			}
		})
	}
}

// An API server that has just started refuses what it allowed before, for a moment.
func TestRefusedForAMoment(t *testing.T) {
	t.Parallel()
	api, rec := newAPI(t), newRecorder()
	a := armed(t, rec, quick(Pods(api.client(), testNamespace)))
	api.told(func() { api.forbid = true })
	api.cut()
	api.set(pod("x", corev1.PodRunning))
	pause(t.Context(), 1500*time.Millisecond) // one attempt at least is refused
	api.told(func() { api.forbid = false })
	await(t, rec, "x", inState(history.SourcePod, "x", "Running"))
	stop(t, a)
	if err := a.Died(); err != nil {
		t.Errorf("the observer gave up: %v", err)
	}
	if _, ok := gapsOf(rec, history.SourcePod)[GapRelisted]; !ok {
		t.Errorf("want a gap, got %+v", rec.History().Gaps)
	}
}

func TestCutIsAGapOnlyWhenTheAPIWasOutOfReach(t *testing.T) {
	t.Run("orderly end", func(t *testing.T) {
		t.Parallel()
		api, rec := newAPI(t), newRecorder()
		a := armed(t, rec, quick(Pods(api.client(), testNamespace)))
		api.cut()
		api.set(pod("x", corev1.PodRunning))
		await(t, rec, "x", inState(history.SourcePod, "x", "Running"))
		stop(t, a)
		if gaps := rec.History().Gaps; len(gaps) > 0 {
			t.Errorf("nothing was out of reach, got %+v", gaps)
		}
	})
	t.Run("out of reach", func(t *testing.T) {
		t.Parallel()
		api, rec := newAPI(t), newRecorder()
		a := armed(t, rec, quick(Pods(api.client(), testNamespace)))
		from := rec.Clock().Now()
		api.told(func() { api.refuse = true })
		api.cut()
		api.set(pod("x", corev1.PodRunning))
		pause(t.Context(), 1500*time.Millisecond) // the span itself is what is tested
		api.told(func() { api.refuse = false })
		await(t, rec, "x", inState(history.SourcePod, "x", "Running"))
		stop(t, a)
		g, ok := gapsOf(rec, history.SourcePod)[GapCut]
		if !ok || g.From < from || g.To-g.From < cutLimit {
			t.Errorf("want a gap over the outage, got %+v", rec.History().Gaps)
		}
	})
}

// The end comes while the watch is cut and the LIST is answered: a pod that came
// and went meanwhile is in neither. The watch is waited for; where it does not come
// back, that is a gap.
func TestEndDuringACutWaitsForTheWatch(t *testing.T) {
	for name, back := range map[string]bool{"it comes back": true, "it does not": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, rec := newAPI(t), newRecorder()
			o := quick(Pods(api.client(), testNamespace))
			o.(*kind[*corev1.Pod]).wait.arrival = 3 * time.Second
			a := armed(t, rec, o)
			api.told(func() { api.blocked = !back })
			api.cut()
			api.set(pod("x", corev1.PodRunning))
			api.delete(pod("x", corev1.PodRunning))
			stop(t, a)
			_, gone := gapsOf(rec, history.SourcePod)[GapCut]
			seen := slices.ContainsFunc(rec.Snapshot(), func(i history.Interval) bool { return i.Subject == "x" })
			if gone == back || seen != back {
				t.Errorf("gap %v, x seen %v: %+v", gone, seen, rec.History().Gaps)
			}
		})
	}
}

func TestUnreachableFinalListIsAGap(t *testing.T) {
	api, rec := newAPI(t), newRecorder()
	a := armed(t, rec, quick(Pods(api.client(), testNamespace)))
	api.told(func() { api.refuse = true })
	stop(t, a)
	if _, ok := gapsOf(rec, history.SourcePod)[GapUnproven]; !ok {
		t.Errorf("want an unproven gap, got %+v", rec.History().Gaps)
	}
}

func TestBlindfoldedWatchEndsInAGap(t *testing.T) {
	api, rec := newAPI(t), newRecorder()
	a := armed(t, rec, Blindfold(quick(Pods(api.client(), testNamespace)), 0))
	rec.Mark(history.Mark{Phase: history.PhaseSteady})
	api.set(pod("x", corev1.PodRunning))
	stop(t, a)
	if g, ok := gapsOf(rec, history.SourcePod)[GapMissed]; !ok || g.Subject != "x" {
		t.Errorf("want a gap, got %+v", rec.History().Gaps)
	}
}
