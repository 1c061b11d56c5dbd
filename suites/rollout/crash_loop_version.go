package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// CrashLoopVersion rolls out a version that dies at its start.
var CrashLoopVersion = suites.Scenario{
	Name:  "rollout/crash-loop-version",
	Why:   "A version that dies at its start must stop its own rollout, and nothing else.",
	App:   web.App(web.Replicas(3), web.ProgressDeadline(10*time.Second)),
	Load:  suites.Steady(50),
	Fault: faults.CrashLoopVersion(),
	// The deadline of 10 s, and a while in which a rollback by itself would show.
	Hold: suites.Hold{For: 18 * time.Second, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.RolloutStalls("CrashLoopBackOff"), suites.NoRollback(), suites.UndoRestores(), suites.NoLoss(), suites.Healed(),
	),
	Twin:  suites.Without("rolling update", web.Recreate(), suites.NoLoss()),
	Lab:   crashLoopVersionLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
