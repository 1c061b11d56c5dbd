package faults_test

import (
	"fmt"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// A part of the control plane is stopped by taking its manifest away, and a timer in
// its node would put it back.
func TestComponentsStopped(t *testing.T) {
	for name, f := range map[string]faults.Fault{
		"kube-scheduler": faults.SchedulerStop(), "kube-controller-manager": faults.ControllerManagerStop(),
		"kube-apiserver": faults.APIServerStop(), "etcd": faults.EtcdStop(),
	} {
		const node = "control-plane"
		want := func(held bool) func(*faulttest.World) error {
			return func(w *faulttest.World) error {
				if got, timed := w.Nodes.Held(node, name), w.Nodes.Timed(node, name); got != held || timed != held {
					return fmt.Errorf("the manifest of %s is held: %t, and would be put back by a timer: %t; want %t", name, got, timed, held)
				}
				return nil
			}
		}
		faulttest.Check(t, f, faulttest.Case{
			Sees:   state(history.SourceRuntime, "", "exit", history.Attrs{history.AttrContainerID: "c-" + name}),
			Broken: want(true), Undone: want(false),
		})
	}
}
