package faults_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

func TestFlood(t *testing.T) {
	all := func(want string) func(w *faulttest.World) error {
		return func(w *faulttest.World) error {
			if got := turned(w, workloads.KnobAnswerTime); len(got) != 3 || got[0] != "web-1-a="+want {
				return fmt.Errorf("%v, want %s of every pod", got, want)
			}
			return nil
		}
	}
	faulttest.Check(t, faults.Flood(faults.AllPods, time.Second), faulttest.Case{
		Sees:   logged(history.AppProbe, history.Attrs{history.AttrPath: "/live", history.AttrKind: "other", history.AttrCode: history.CodeNone}),
		Broken: all("1s"), Undone: all("0s"),
	})
}
