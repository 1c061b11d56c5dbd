package faults_test

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestBiggerDisk(t *testing.T) {
	const ballast, volume = "/var/lib/containerd/seatrial-ballast", "/var/seatrial-bigger.img"
	there := func(want bool) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			n := w.Nodes
			timed := n.Timed("worker", "bigger-"+faulttest.Namespace) && n.Timed("worker", "runtime-ballast-"+faulttest.Namespace)
			if n.Has("worker", ballast) != want || n.Has("worker", volume) != want || timed != want {
				return fmt.Errorf("ballast %t, volume %t, timers %t: want %t", n.Has("worker", ballast), n.Has("worker", volume), timed, want)
			}
			return nil
		}
	}
	sees := func(w *faulttest.World, deed history.Mark, n int) {
		state := map[int]corev1.ConditionStatus{1: corev1.ConditionTrue, 2: corev1.ConditionFalse}[n]
		w.Record.State(history.Interval{Source: history.SourceCondition, Subject: "worker/" + string(corev1.NodeDiskPressure), State: string(state), From: deed.Latest})
	}
	faulttest.Check(t, faults.BiggerDisk(), faulttest.Case{Sees: sees, Broken: there(true), Undone: there(false)})
}
