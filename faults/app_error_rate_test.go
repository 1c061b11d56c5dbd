package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

func TestErrorRate(t *testing.T) {
	faulttest.Check(t, faults.ErrorRate(faults.OnePod, 0.25), faulttest.Case{
		Sees:   logged(history.AppSpoilt, nil),
		Broken: onePodHas(workloads.KnobErrorRate, "0.25"), Undone: onePodHas(workloads.KnobErrorRate, "0"),
	})
}
