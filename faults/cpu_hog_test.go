package faults_test

import (
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestCPUHog(t *testing.T) {
	faulttest.Check(t, faults.CPUHog(web.Hog), hogged(workloads.KnobSpin, "8", burns))
}

// burns has the kernel count processor time, but for the first moment.
func burns(w *faulttest.World, _ history.Mark, _ int) {
	for range 40 {
		time.Sleep(50 * time.Millisecond)
		w.Nodes.Burn(50 * time.Millisecond)
	}
}
