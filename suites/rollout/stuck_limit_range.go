package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// StuckLimitRange rolls out where containers may no longer have the memory that the app asks for.
var StuckLimitRange = suites.Scenario{
	Name:  "rollout/stuck-limit-range",
	Why:   "Limits that come after an app is running bite at its next rollout, which must say so and cost nothing.",
	App:   web.App(web.Replicas(3), web.ProgressDeadline(8*time.Second)),
	Load:  suites.Steady(50),
	Fault: faults.LimitRange(),
	Hold:  suites.Hold{For: 14 * time.Second, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.RolloutBlocked("maximum memory usage per Container"), suites.NoRollback(), suites.UndoRestores(), suites.NoLoss(), suites.Healed(),
	),
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
