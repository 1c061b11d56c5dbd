package faults_test

import (
	"errors"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestDiskFull(t *testing.T) {
	faulttest.Check(t, faults.DiskFull(), takenFrom("/var/lib/kubelet/seatrial-ballast", "ballast"))
	faulttest.Check(t, faults.ImageDiskFull(), takenFrom("/var/lib/containerd/seatrial-ballast", "ballast"))
}

// takenFrom is the case of what lies on a node's disk, which a timer there would remove.
func takenFrom(path, timer string) faulttest.Case {
	timer += "-" + faulttest.Namespace
	return faulttest.Case{
		Sees: state(history.SourceCondition, "/DiskPressure", "True", nil),
		Broken: func(w *faulttest.World) error {
			if !w.Nodes.Has("worker", path) || !w.Nodes.Timed("worker", timer) {
				return errors.New("it is not there, or no timer that would remove it")
			}
			return nil
		},
		Undone: func(w *faulttest.World) error {
			if w.Nodes.Has("worker", path) || w.Nodes.Timed("worker", timer) {
				return errors.New("it, or its timer, is there still")
			}
			return nil
		},
	}
}
