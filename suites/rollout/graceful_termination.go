package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// GracefulTermination rolls out an app whose answers take 100 ms, twice: first one pod
// above, then one pod below.
var GracefulTermination = suites.Scenario{
	Name: "rollout/graceful-termination",
	Why:  "An old pod must finish what it began, and be out of every route before it stops.",
	App:  web.App(web.Replicas(3), web.AnswerTime(100*time.Millisecond), web.RollingUpdate(1, 0)),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.Update(web.Version("v2")),
		faults.AfterRollout(faults.Update(web.Version("v3"), web.RollingUpdate(0, 1))),
	),
	Hold: suites.Hold{Heal: 60 * time.Second},
	Expect: suites.All(
		suites.FirstRolledOut(), suites.RolledOut(), suites.NoLoss(), suites.VersionsAlternate(), suites.SurgeKept(), suites.AvailabilityKept(), suites.Healed(),
	),
	Twin: suites.Without("preStop pause and draining",
		suites.Changes(web.NoPreStop(), web.DrainOnSIGTERM(0)), suites.NoLoss()),
	Lab:   gracefulTerminationLab,
	Blast: suites.Namespace,
	Tier:  suites.Smoke,
}
