package faults_test

import (
	"fmt"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

func TestExit(t *testing.T) {
	faulttest.Check(t, faults.Exit(3, faults.OnePod), faulttest.Case{
		Sees: state(history.SourceContainer, "/web", "terminated", nil),
		Broken: func(w *faulttest.World) error {
			if got := turned(w, workloads.KnobExit); len(got) != 1 || got[0][len("web-1-a="):] != "3" {
				return fmt.Errorf("%v", got)
			}
			return nil
		},
	})
}
