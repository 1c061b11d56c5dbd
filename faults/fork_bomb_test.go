package faults_test

import (
	"fmt"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestForkBomb(t *testing.T) {
	c := hogged(workloads.KnobFork, "2000", logged(history.AppFork, history.Attrs{history.AttrCount: "20", history.AttrCause: "resource temporarily unavailable"}))
	c.Undone = func(w *faulttest.World) error {
		if got := w.Knob(theHog, workloads.KnobFork); got != "0" {
			return fmt.Errorf("fork is at %q", got)
		}
		return nil
	}
	faulttest.Check(t, faults.ForkBomb(web.Hog), c)
}
