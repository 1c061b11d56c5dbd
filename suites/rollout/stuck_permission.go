package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// StuckPermission rolls out a version whose account is not there.
var StuckPermission = suites.Scenario{
	Name:  "rollout/stuck-permission",
	Why:   "A version whose pods nobody may create fails where few people look, and must not cost anything.",
	App:   web.App(web.Replicas(3), web.ProgressDeadline(8*time.Second)),
	Load:  suites.Steady(50),
	Fault: faults.Permission(),
	Hold:  suites.Hold{For: 14 * time.Second, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.RolloutBlocked("error looking up service account"), suites.NoRollback(), suites.UndoRestores(), suites.NoLoss(), suites.Healed(),
	),
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
