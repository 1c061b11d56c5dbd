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

func TestHeapExhausted(t *testing.T) {
	faulttest.Check(t, faults.HeapExhausted(faults.AllPods), faulttest.Case{
		App:  web.App(web.Replicas(1), web.MemoryLimit("64Mi")),
		Sees: logged(history.AppProbe, history.Attrs{history.AttrPath: web.Live, history.AttrCode: "500"}),
		Broken: func(w *faulttest.World) error {
			if got := w.Knob("web-1-a", workloads.KnobCatchOOM); got != "16777216" {
				return fmt.Errorf("took %q bytes of 64Mi", got)
			}
			return nil
		},
	})
}
