package faults_test

import (
	"fmt"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

func TestCrashAtStart(t *testing.T) {
	faulttest.Check(t, faults.CrashAtStart(4, faults.AllPods), faulttest.Case{
		Sees: state(history.SourceContainer, "/web", "waiting", history.Attrs{history.AttrReason: "CrashLoopBackOff"}),
		Broken: func(w *faulttest.World) error {
			if crash, exit := turned(w, workloads.KnobCrashAtStart), turned(w, workloads.KnobExit); len(crash) != 3 || len(exit) != 3 || crash[2] != "web-1-c=4" {
				return fmt.Errorf("%v, %v", crash, exit)
			}
			return nil
		},
	})
}
