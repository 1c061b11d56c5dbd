package faults_test

import (
	"strings"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestTroubles(t *testing.T) {
	for name, sees := range map[string]sees{
		"stuck":                 logged(history.AppStuck, nil),
		"unready":               state(history.SourceReady, "", "False", nil),
		"a probe that got none": logged(history.AppProbe, history.Attrs{history.AttrKind: history.ProbeKubelet, history.AttrCode: history.CodeNone}),
	} {
		t.Run(name, func(t *testing.T) {
			faulttest.Check(t, faults.Troubles(faults.Sound, faults.Deadlocked, faults.PortJammed), faulttest.Case{
				// A good probe tells of no trouble.
				Before: func(w *faulttest.World) {
					for _, pod := range w.Pods() {
						w.Record.Instant(history.Interval{Source: history.SourceApp, Subject: pod, State: history.AppProbe, From: w.Record.Clock().Now(),
							Attrs: history.Attrs{history.AttrKind: history.ProbeExec, history.AttrCode: "0"}})
					}
				},
				Sees: sees, Broken: onePodHas(workloads.KnobPort, "jam"),
			})
		})
	}
}

func TestTroublesNeedAsManyPods(t *testing.T) {
	w := faulttest.NewWorld(web.App(web.Replicas(1)))
	err := faults.Troubles(faults.Sound, faults.FileGone).Inject(t.Context(), w.Site())
	if err == nil || !strings.Contains(err.Error(), "1 ready pods of web, 2 needed") {
		t.Errorf("it says %v", err)
	}
}
