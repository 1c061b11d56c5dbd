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
	for kept, pinned := range map[bool]int{true: 3, false: 0} {
		faulttest.Check(t, faults.ImageBloat(kept), faulttest.Case{Sees: pressed(corev1.NodeDiskPressure), Undone: images(0), Broken: func(w *faulttest.World) error {
			if got := pins(w); got != pinned {
				return fmt.Errorf("%d images are pinned, want %d", got, pinned)
			}
			return images(3)(w)
		}})
	}
}

// pins is how many images were imported so that the kubelet may not collect them.
func pins(w *faulttest.World) int {
	n := 0
	for i := range 3 {
		n += w.Did(fmt.Sprintf("import seatrial.invalid/bloat:%d on worker --label io.cri-containerd.pinned=pinned", i))
	}
	return n
}
