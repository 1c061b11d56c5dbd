package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// StuckMisconfig rolls out a version that needs a key which its ConfigMap does not have.
var StuckMisconfig = suites.Scenario{
	Name:  "rollout/stuck-misconfig",
	Why:   "A version whose configuration is not there must not take the place of one whose configuration is.",
	App:   web.App(web.Replicas(3), web.ProgressDeadline(8*time.Second)),
	Load:  suites.Steady(50),
	Fault: faults.Misconfig(),
	Hold:  suites.Hold{For: 14 * time.Second, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.RolloutStalls("CreateContainerConfigError"), suites.NoRollback(), suites.UndoRestores(), suites.NoLoss(), suites.Healed(),
	),
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
