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

func TestOOM(t *testing.T) {
	faulttest.Check(t, faults.OOM(faults.AllPods), faulttest.Case{
		App:  web.App(web.Replicas(1), web.MemoryLimit("64Mi")),
		Sees: state(history.SourceContainer, "/web", "running", history.Attrs{history.AttrLastReason: "OOMKilled"}),
		Broken: func(w *faulttest.World) error {
			if got := w.Knob("web-1-a", workloads.KnobAllocate); got != "128Mi" {
				return fmt.Errorf("asked to allocate %q, the limit is 64Mi", got)
			}
			return nil
		},
	})
}

// The runtime missed why the process ended; the kernel did not.
func TestOOMThatOnlyTheKernelTells(t *testing.T) {
	const container = "8a4f15"
	faulttest.Check(t, faults.OOM(faults.OnePod), faulttest.Case{
		Sees: func(w *faulttest.World, deed history.Mark, n int) {
			state(history.SourceContainer, "/web", "terminated", history.Attrs{history.AttrReason: "Error", history.AttrContainerID: container})(w, deed, n)
			w.Record.Instant(history.Interval{Source: history.SourceKernel, State: history.KernelOOM, From: deed.Latest,
				Attrs: history.Attrs{history.AttrContainerID: container}})
		},
	})
}
