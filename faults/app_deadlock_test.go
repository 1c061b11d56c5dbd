package faults_test

import (
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestDeadlock(t *testing.T) {
	faulttest.Check(t, faults.Deadlock(faults.OnePod), faulttest.Case{Sees: logged(history.AppStuck, nil)})
	faulttest.Check(t, faults.Deadlock(faults.AllPods), faulttest.Case{Sees: logged(history.AppStuck, nil)})
	// What an earlier deed did to the pods is nothing that this one did.
	faulttest.Unseen(t, faults.Deadlock(faults.OnePod), faulttest.Case{Before: func(w *faulttest.World) {
		for _, pod := range w.Pods() {
			w.Record.Instant(history.Interval{Source: history.SourceApp, Subject: pod, State: history.AppStuck, From: -time.Second})
		}
	}})
}
