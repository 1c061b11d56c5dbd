package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// StuckQuota rolls out where the quota leaves no room for another pod.
var StuckQuota = suites.Scenario{
	Name:  "rollout/stuck-quota",
	Why:   "A rollout needs room for one more pod, and must say so where a quota refuses it.",
	App:   web.App(web.Replicas(3), web.ProgressDeadline(8*time.Second)),
	Load:  suites.Steady(50),
	Fault: faults.Quota(),
	Hold:  suites.Hold{For: 14 * time.Second, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.RolloutBlocked("exceeded quota"), suites.NoRollback(), suites.UndoRestores(), suites.NoLoss(), suites.Healed(),
	),
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
