package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

func TestUnready(t *testing.T) {
	faulttest.Check(t, faults.Unready(faults.OnePod), faulttest.Case{
		Sees:   logged(history.AppProbe, history.Attrs{history.AttrPath: "/ready", history.AttrCode: "503"}),
		Broken: onePodHas(workloads.KnobUnready, "1h"), Undone: onePodHas(workloads.KnobUnready, "0s"),
	})
}
