package faults_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestLiveCodes(t *testing.T) {
	codes := []string{"204", "404", "503"}
	faulttest.Check(t, faults.LiveCodes(204, 404, 503), faulttest.Case{
		Sees: func(w *faulttest.World, deed history.Mark, _ int) {
			for i, pod := range deed.Targets {
				w.Record.Instant(history.Interval{Source: history.SourceApp, Subject: pod, State: history.AppProbe,
					Attrs: history.Attrs{history.AttrPath: web.Live, history.AttrCode: codes[i]}})
			}
		},
		Broken: func(w *faulttest.World) error {
			if got := turned(w, workloads.KnobLiveCode); !slices.Equal(got, []string{"web-1-a=204", "web-1-b=404", "web-1-c=503"}) {
				return fmt.Errorf("%v", got)
			}
			return nil
		},
	})
}
