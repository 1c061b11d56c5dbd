package faults_test

import (
	"fmt"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

func TestLeak(t *testing.T) {
	leaks := func(want string) func(w *faulttest.World) error {
		return func(w *faulttest.World) error {
			if got := turned(w, workloads.KnobLeak); len(got) != 1 || got[0][len("web-1-a="):] != want {
				return fmt.Errorf("%v, want %s of one pod", got, want)
			}
			return nil
		}
	}
	faulttest.Check(t, faults.Leak("2Mi", faults.OnePod), faulttest.Case{Sees: logged(history.AppAllocate, nil),
		Broken: leaks("2Mi"), Undone: leaks("0")})
}
