package faults_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

// An app that is not ready for other reasons proves nothing: packets must have been dropped.
func TestPodPartitionThatDropsNothing(t *testing.T) {
	w := faulttest.NewWorld(web.App(web.Replicas(3), web.WithBackend()))
	for _, pod := range w.Pods() {
		w.Record.State(history.Interval{Source: history.SourceReady, Subject: pod, State: "False", From: w.Record.Clock().Now()})
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := faults.PodPartition(web.Backend).Inject(ctx, w.Site()); err == nil || !strings.Contains(err.Error(), "wait for the kernel to count") {
		t.Errorf("error %v", err)
	}
}

// Packets are dropped on the backend's node, whose timer would let them through again.
func TestPodPartition(t *testing.T) {
	const table = "seatrial-" + faulttest.Namespace
	want := func(n int) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			filtered, timed := 0, 0
			for _, node := range w.Nodes.Names("worker") {
				if w.Nodes.Filtered(node, table) {
					filtered++
				}
				if w.Nodes.Timed(node, table) {
					timed++
				}
			}
			if rules := w.Nodes.Rules(table); n > 0 && strings.Count(rules, " counter drop;") != 2 {
				return fmt.Errorf("what is dropped either way is not counted: %s", rules)
			}
			if filtered != n || timed != n {
				return fmt.Errorf("packets are filtered on %d nodes, a timer would end it on %d, want %d", filtered, timed, n)
			}
			return nil
		}
	}
	faulttest.Check(t, faults.PodPartition(web.Backend), faulttest.Case{
		App:    web.App(web.Replicas(3), web.WithBackend()),
		Before: func(w *faulttest.World) { w.Nodes.Drop(3) },
		Sees:   state(history.SourceReady, "", "False", nil), Broken: want(1), Undone: want(0),
	})
}
