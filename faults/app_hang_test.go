package faults_test

import (
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

func TestHang(t *testing.T) {
	faulttest.Check(t, faults.Hang(faults.OnePod, 3*time.Second), faulttest.Case{
		Sees:   logged(history.AppProbe, history.Attrs{history.AttrPath: "/live", history.AttrCode: history.CodeNone}),
		Broken: onePodHas(workloads.KnobHang, "3s"), Undone: onePodHas(workloads.KnobHang, "0s"),
	})
}
