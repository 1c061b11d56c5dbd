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

func TestReadinessFile(t *testing.T) {
	is := func(want string) func(w *faulttest.World) error {
		return func(w *faulttest.World) error {
			if got := turned(w, workloads.KnobReadyFile); len(got) != 1 || got[0][len("web-1-a="):] != want {
				return fmt.Errorf("%v, want %s of one pod", got, want)
			}
			return nil
		}
	}
	faulttest.Check(t, faults.ReadinessFile(faults.OnePod), faulttest.Case{
		Sees:   logged(history.AppProbe, history.Attrs{history.AttrPath: web.FileThere, history.AttrCode: "404"}),
		Broken: is("false"), Undone: is("true"),
	})
}
