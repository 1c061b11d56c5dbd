package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// PauseResume edits a Deployment three times while it is paused.
var PauseResume = suites.Scenario{
	Name: "rollout/pause-resume",
	Why:  "Several edits that belong together must not become several rollouts.",
	App:  web.App(web.Replicas(3)),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.Pause(),
		faults.Edit(web.Version("v2"), web.AnswerTime(5*time.Millisecond), web.MemoryLimit("96Mi")),
		// Long enough for a rollout to show that should not be there.
		faults.Settled(faults.Resume(), 3*time.Second),
	),
	Hold: suites.Hold{Heal: 60 * time.Second},
	Expect: suites.All(
		suites.Revisions(0, 0, 0, 0, 1), suites.PodsKept(), suites.RolledOut(), suites.SurgeKept(), suites.NoLoss(), suites.Healed(),
	),
	Lab:   pauseResumeLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
