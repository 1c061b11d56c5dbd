package faults_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// Every process is killed, and the nodes' runtimes see each of them end.
func TestDNSKill(t *testing.T) {
	faulttest.Check(t, faults.DNSKill(), faulttest.Case{
		Before: withDNS,
		Sees: func(w *faulttest.World, deed history.Mark, _ int) {
			for _, pod := range deed.Targets {
				w.Record.Instant(history.Interval{Source: history.SourceRuntime, Subject: "control-plane", State: "exit", From: deed.Latest,
					Attrs: history.Attrs{history.AttrContainerID: pod}})
			}
		},
		Broken: func(w *faulttest.World) error {
			seen := map[string]string{}
			for _, i := range w.Record.Snapshot() {
				if i.Source == history.SourceDNS {
					seen[i.Subject] = i.State + " " + i.Attrs[history.AttrRestarts]
				}
			}
			if seen["coredns-a"] != "killed 1" || seen["coredns-b"] != "killed 1" {
				return fmt.Errorf("noted: %v", seen)
			}
			if got := w.Nodes.Signals(); strings.Count(got, "KILL to ") != 2 {
				return fmt.Errorf("signals: %s", got)
			}
			return nil
		},
	})
}
