package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

func TestFailBusiness(t *testing.T) {
	faulttest.Check(t, faults.FailBusiness(faults.OnePod), faulttest.Case{
		Sees:   logged(history.AppSpoilt, nil),
		Broken: onePodHas(workloads.KnobFailBusiness, "true"), Undone: onePodHas(workloads.KnobFailBusiness, "false"),
	})
}
