package faults_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

// expiring is the scheduler stopped while the deadline of one pod passes.
func expiring() (faults.Fault, faulttest.Case) {
	const name, node = "kube-scheduler", "control-plane"
	held := func(want bool) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			if w.Nodes.Held(node, name) != want {
				return fmt.Errorf("the manifest of %s is held: %t", name, !want)
			}
			return nil
		}
	}
	started := func(w *faulttest.World) {
		for _, pod := range w.Pods() {
			w.Record.State(history.Interval{Source: history.SourceContainer, Subject: pod + "/web", State: "running", Attrs: history.Attrs{history.AttrRestarts: "0"}})
		}
	}
	c := faulttest.Case{App: web.App(web.Replicas(3)), Before: started, Undone: all(held(false), podsLeft(2)), Broken: all(held(true), expire(1)),
		Sees: func(w *faulttest.World, deed history.Mark, n int) {
			if n == 1 {
				state(history.SourceRuntime, "", "exit", history.Attrs{history.AttrContainerID: "c-" + name})(w, deed, n)
				return
			}
			state(history.SourceContainer, "/web", "terminated", nil)(w, deed, n)
		}}
	return faults.Expiring(faults.SchedulerStop(), faults.OnePod, 10*time.Second), c
}

// expire wants so many pods to have a deadline.
func expire(want int) func(*faulttest.World) error {
	return func(w *faulttest.World) error {
		list, err := w.Client().CoreV1().Pods(faulttest.Namespace).List(context.Background(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		got := 0
		for _, p := range list.Items {
			if seconds := p.Spec.ActiveDeadlineSeconds; seconds != nil && *seconds >= 10 {
				got++
			}
		}
		if got != want {
			return fmt.Errorf("%d pods have a deadline of 10s or more, want %d", got, want)
		}
		return nil
	}
}

func TestExpiring(t *testing.T) {
	f, c := expiring()
	faulttest.Check(t, f, c)
}

// A pod that ends while somebody could replace it shows nothing.
func TestExpiringTooSoon(t *testing.T) {
	w := faulttest.NewWorld(web.App(web.Replicas(1)))
	w.Record.Instant(history.Interval{Source: history.SourceRuntime, Subject: "worker", State: "exit", Attrs: history.Attrs{history.AttrContainerID: "web-1-a/web"}})
	f := faults.Expiring(faults.ContainerKill{}, faults.OnePod, time.Second)
	if err := f.Inject(t.Context(), w.Site()); err == nil || !strings.Contains(err.Error(), "ended before") {
		t.Errorf("%v", err)
	}
}
