package faults_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestDeadlock(t *testing.T) {
	for n, choice := range map[int]faults.Choice{1: faults.OnePod, 3: faults.AllPods} {
		faulttest.Check(t, faults.Deadlock(choice), faulttest.Case{Sees: logged(history.AppStuck, nil), Broken: func(w *faulttest.World) error {
			if got := w.Did("knob deadlock of "); got != n {
				return fmt.Errorf("%d knobs turned, want %d", got, n)
			}
			return nil
		}})
	}
	// What an earlier deed did to the pods is nothing that this one did.
	faulttest.Unseen(t, faults.Deadlock(faults.OnePod), faulttest.Case{Before: func(w *faulttest.World) {
		for _, pod := range w.Pods() {
			w.Record.Instant(history.Interval{Source: history.SourceApp, Subject: pod, State: history.AppStuck, From: -time.Second})
		}
	}})
}
