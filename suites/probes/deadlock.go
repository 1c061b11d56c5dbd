// Package probes asks what startup, readiness and liveness probes do, and what they don't.
package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// Deadlock has the handlers of one pod wait for a lock for ever.
var Deadlock = suites.Scenario{
	Name:  "probes/deadlock",
	Why:   "A process that is alive but stuck is invisible to the kubelet without a liveness probe.",
	App:   web.App(web.Replicas(3), web.Liveness(web.Live, web.Period(time.Second)), web.PreStopSleep(time.Second)),
	Load:  suites.Steady(50),
	Fault: faults.Deadlock(faults.OnePod),
	Hold:  suites.Hold{For: 5 * time.Second, Heal: 25 * time.Second},
	Expect: suites.All(
		suites.RestartedBy("liveness"), suites.DowntimeAsModelled(), suites.OthersUntouched(), suites.Healed(),
	),
	Twin:  suites.Without("liveness probe", web.NoLiveness(), suites.Healed()),
	Blast: suites.Namespace,
	Tier:  suites.Smoke,
	Lab:   deadlockLab,
}
