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
			if got := strings.Fields(w.Nodes.Images("worker")); len(got) != want {
				return fmt.Errorf("the node has %q, want %d images", got, want)
			}
			return nil
		}
	}
	for _, kept := range []bool{true, false} {
		faulttest.Check(t, faults.ImageBloat(kept), faulttest.Case{Sees: pressed(corev1.NodeDiskPressure), Broken: images(3), Undone: images(0)})
	}
}
