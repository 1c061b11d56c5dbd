package faults_test

import (
	"context"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

// whole has the pods be seen, and ready.
func whole(w *faulttest.World) {
	running(w)
	for _, pod := range w.Pods() {
		w.Record.State(history.Interval{Source: history.SourceReady, Subject: pod, State: "True"})
	}
}

func TestOnceReady(t *testing.T) {
	f := faults.OnceReady(faults.Deadlock(faults.OnePod))
	faulttest.Check(t, f, faulttest.Case{Before: whole, Sees: logged(history.AppStuck, nil)})
	// Where a pod is missing the fault waits for it, and says so.
	faulttest.Waits(t, f, faulttest.Case{Before: running}, 0)
}

// A pod that is called ready, though its node's runtime saw its container end, is waited for.
func TestOnceReadyAnew(t *testing.T) {
	ended := func(w *faulttest.World) {
		whole(w)
		w.Record.State(history.Interval{Source: history.SourceContainer, Subject: w.Pods()[0] + "/web", State: "running", Attrs: history.Attrs{history.AttrContainerID: "c1"}})
		w.Record.Instant(history.Interval{Source: history.SourceRuntime, Subject: "worker", State: "exit", Attrs: history.Attrs{history.AttrContainerID: "c1"}})
	}
	f := faults.OnceReady(faults.Deadlock(faults.OnePod))
	w := faulttest.NewWorld(web.App(web.Replicas(3)))
	ended(w)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := f.Inject(ctx, w.Site()); err == nil || len(w.Deeds()) > 0 {
		t.Errorf("it was done at once: %v, %v", w.Deeds(), err)
	}
	faulttest.Check(t, f, faulttest.Case{Sees: logged(history.AppStuck, nil), Before: func(w *faulttest.World) {
		ended(w)
		w.Record.State(history.Interval{Source: history.SourceContainer, Subject: w.Pods()[0] + "/web", State: "running", Attrs: history.Attrs{history.AttrContainerID: "c2"}})
	}})
}

func TestOnceGone(t *testing.T) {
	f := faults.Then(faults.PodDelete(faults.OnePod), faults.OnceGone(faults.Deadlock(faults.OnePod)))
	faulttest.Check(t, f, faulttest.Case{Before: running, Broken: podsLeft(2), Sees: func(w *faulttest.World, deed history.Mark, n int) {
		if n == 1 {
			gone(w, deed, n)
		} else {
			logged(history.AppStuck, nil)(w, deed, n)
		}
	}})
	// A pod that is on its way out and never gone is waited for.
	faulttest.Waits(t, f, faulttest.Case{Before: func(w *faulttest.World) {
		for _, pod := range w.Pods() {
			w.Record.State(history.Interval{Source: history.SourcePod, Subject: pod, State: "Terminating"})
		}
	}}, 1)
}
