package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// A resumed Deployment is one that was seen paused before.
func TestResume(t *testing.T) {
	faulttest.Check(t, faults.Resume(), faulttest.Case{
		Before: func(w *faulttest.World) {
			progressing("DeploymentPaused")(w, history.Mark{Targets: []string{"web"}}, 0)
		},
		Sees: progressing("DeploymentResumed"), Broken: isPaused(false),
	})
}
