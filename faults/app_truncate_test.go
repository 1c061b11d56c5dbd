package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

func TestTruncate(t *testing.T) {
	faulttest.Check(t, faults.Truncate(faults.OnePod), faulttest.Case{
		Sees:   logged(history.AppSpoilt, history.Attrs{"cause": "truncated"}),
		Broken: onePodHas(workloads.KnobTruncate, "true"), Undone: onePodHas(workloads.KnobTruncate, "false"),
	})
}
