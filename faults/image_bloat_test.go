package faults_test

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
)

func TestImageBloat(t *testing.T) {
	images := func(want int) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			got, timed := strings.Fields(w.Nodes.Images("worker")), w.Nodes.Timed("worker", "images-"+faulttest.Namespace)
			if len(got) != want || timed != (want > 0) {
				return fmt.Errorf("the node has %q, want %d images; a timer would remove them: %t", got, want, timed)
			}
			return nil
		}
	}
	for _, kept := range []bool{true, false} {
		faulttest.Check(t, faults.ImageBloat(kept), faulttest.Case{Sees: pressed(corev1.NodeDiskPressure), Broken: images(3), Undone: images(0)})
	}
}
