package faults_test

import (
	"errors"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

func TestSlowStart(t *testing.T) {
	faulttest.Check(t, faults.SlowStart(faults.OnePod, 12*time.Second), faulttest.Case{
		// The start before the deed is none that counts.
		Before: func(w *faulttest.World) {
			for _, pod := range w.Pods() {
				w.Record.Instant(history.Interval{Source: history.SourceApp, Subject: pod, State: history.AppStart, From: -time.Second})
			}
		},
		Sees: logged(history.AppStart, nil),
		Broken: func(w *faulttest.World) error {
			return errors.Join(onePodHas(workloads.KnobBootTime, "12s")(w), onePodHas(workloads.KnobExit, "1")(w))
		},
	})
}
