package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestAfterRollout(t *testing.T) {
	f := faults.AfterRollout(faults.Update(web.Version("v3")))
	faulttest.Check(t, f, faulttest.Case{Before: func(w *faulttest.World) { complete(w, "web", 1) }, Sees: rolled, Broken: isVersion("v3")})
	// Where the rollout before never completes the fault waits for it, and says so.
	faulttest.Waits(t, f, faulttest.Case{}, 0)
}
