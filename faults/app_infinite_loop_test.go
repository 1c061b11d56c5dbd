package faults_test

import (
	"fmt"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

func TestInfiniteLoop(t *testing.T) {
	faulttest.Check(t, faults.InfiniteLoop(faults.OnePod), faulttest.Case{
		Sees: logged(history.AppStuck, nil), Broken: onePodHas(workloads.KnobSpin, "1"),
	})
}

// onePodHas says that one pod's knob was turned, and to what.
func onePodHas(knob, value string) func(w *faulttest.World) error {
	return func(w *faulttest.World) error {
		if got := turned(w, knob); len(got) != 1 || got[0][len("web-1-a="):] != value {
			return fmt.Errorf("%v, want %s of one pod", got, value)
		}
		return nil
	}
}
