package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// OOMMidRollout rolls out a version that eats its memory before it is ready.
var OOMMidRollout = suites.Scenario{
	Name: "rollout/oom-mid-rollout",
	Why:  "A version that the kernel kills for its memory must not take the old one's place, however often it is started.",
	App:  web.App(web.Replicas(3), web.RollingUpdate(1, 0), web.MemoryLimit("64Mi"), web.ProgressDeadline(15*time.Second)),
	Load: suites.Steady(50),
	// The deadline of 15 s, and a while in which a rollback by itself would show.
	Hold:  suites.Hold{For: 20 * time.Second, Settle: 30 * time.Second},
	Fault: faults.OutOfMemory(web.Version("v2"), web.Leak("32Mi"), web.WarmUp(time.Minute)),
	Expect: suites.All(
		suites.RolloutStalls("OOMKilled"), suites.NoRollback(), suites.UndoRestores(), suites.NoLoss(), suites.Healed(),
	),
	Blast: suites.Namespace,
	Tier:  suites.Nightly,
}
