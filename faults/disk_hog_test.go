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

func TestDiskHog(t *testing.T) {
	faulttest.Check(t, faults.DiskHog(web.Hog, "40Mi"), hogged(workloads.KnobFill, "40Mi", pressed(corev1.NodeDiskPressure)))
	evicted := state(history.SourcePod, "", "Failed", history.Attrs{history.AttrReason: "Evicted"})
	faulttest.Check(t, faults.DiskHog(web.Hog, "40Mi"), hogged(workloads.KnobFill, "40Mi", evicted))
}
