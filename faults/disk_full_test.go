package faults_test

import (
	"errors"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestDiskFull(t *testing.T) {
	const ballast = "/var/lib/kubelet/seatrial-ballast"
	faulttest.Check(t, faults.DiskFull(), faulttest.Case{
		Sees: state(history.SourceCondition, "/DiskPressure", "True", nil),
		Broken: func(w *faulttest.World) error {
			if !w.Nodes.Has("worker", ballast) || !w.Nodes.Timed("worker", "ballast-"+faulttest.Namespace) {
				return errors.New("no ballast, or no timer that would remove it")
			}
			return nil
		},
		Undone: func(w *faulttest.World) error {
			if w.Nodes.Has("worker", ballast) || w.Nodes.Timed("worker", "ballast-"+faulttest.Namespace) {
				return errors.New("the ballast, or its timer, is there still")
			}
			return nil
		},
	})
}
