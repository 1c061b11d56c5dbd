package faults_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestMemoryHog(t *testing.T) {
	const asked = "171966464" // 100 MiB of room and 64 MiB
	oom := state(history.SourceContainer, "/web", "running", history.Attrs{history.AttrLastReason: "OOMKilled"})
	faulttest.Check(t, faults.MemoryHog(web.Hog), hogged(workloads.KnobAllocate, asked, oom))
	faulttest.Check(t, faults.MemoryHog(web.Hog), hogged(workloads.KnobAllocate, asked, pressed(corev1.NodeMemoryPressure)))
}

// pressed has the first worker be under pressure.
func pressed(condition corev1.NodeConditionType) sees {
	return func(w *faulttest.World, deed history.Mark, _ int) {
		w.Record.State(history.Interval{Source: history.SourceCondition, Subject: "worker/" + string(condition), State: "True", From: deed.Latest})
	}
}
