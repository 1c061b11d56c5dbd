package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestSecondUpdate(t *testing.T) {
	for _, ready := range []bool{false, true} {
		f := faults.SecondUpdate{First: []workloads.Change{web.Version("v2")}, Second: []workloads.Change{web.Version("v3")}, After: 3, Ready: ready}
		faulttest.Check(t, f, faulttest.Case{Sees: rolled, Broken: isVersion("v3")})
		// Three pods of the first version, and none of them is ready: time for the second one?
		faulttest.Waits(t, f, faulttest.Case{Sees: func(w *faulttest.World, deed history.Mark, n int) {
			if n == 1 {
				annotate(w, "2")
				complete(w, "web", 2)
				w.Record.State(history.Interval{Source: history.SourceReplicas, Subject: "ReplicaSet/web-2", State: "0/3",
					From: deed.Latest, Attrs: history.Attrs{"replicas": "3", "ready": "0"}})
			}
		}}, map[bool]int{true: 1, false: 2}[ready])
	}
}
