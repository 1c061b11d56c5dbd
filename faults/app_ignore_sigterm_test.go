package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

func TestIgnoreSIGTERM(t *testing.T) {
	faulttest.Check(t, faults.IgnoreSIGTERM(faults.OnePod), faulttest.Case{
		Sees: logged(history.AppSIGTERM, nil), Broken: onePodHas(workloads.KnobIgnoreSIGTERM, "true"),
	})
}
