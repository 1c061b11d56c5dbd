package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// StuckReadiness rolls out a version that runs and is never ready.
var StuckReadiness = suites.Scenario{
	Name:  "rollout/stuck-readiness",
	Why:   "A version that never gets ready must be seen as such, and must not take the old one's place.",
	App:   web.App(web.Replicas(3), web.ProgressDeadline(8*time.Second)),
	Load:  suites.Steady(50),
	Fault: faults.StuckReadiness(),
	Hold:  suites.Hold{For: 14 * time.Second, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.RolloutUnready(), suites.NoRollback(), suites.UndoRestores(), suites.NoLoss(), suites.Healed(),
	),
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
