package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestOutOfMemory(t *testing.T) {
	faulttest.Check(t, faults.OutOfMemory(web.Version("v2")), faulttest.Case{
		Sees: func(w *faulttest.World, deed history.Mark, n int) {
			rolled(w, deed, n)
			w.Record.State(history.Interval{Source: history.SourceContainer, Subject: "web-2-x/web", State: "waiting",
				Attrs: history.Attrs{history.AttrReason: "CrashLoopBackOff", history.AttrLastReason: "OOMKilled"}})
		},
		Broken: isVersion("v2"), Undone: isVersion("v1"),
	})
}
