package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// SurgeSpeed rolls ten pods out, first one at a time, then two at a time.
var SurgeSpeed = suites.Scenario{
	Name: "rollout/surge-speed",
	Why:  "Twice the surge must halve the time: that is what the extra pods are paid for.",
	App: web.App(web.Replicas(10), web.RollingUpdate(2, 0),
		web.BootTime(3*time.Second), web.Startup(web.Started, web.Failures(30))),
	Load: suites.NoLoad(),
	Fault: faults.Then(
		faults.Update(web.Version("v2"), web.RollingUpdate(1, 0)),
		faults.AfterRollout(faults.Update(web.Version("v3"))),
	),
	Hold:   suites.Hold{Heal: 120 * time.Second},
	Expect: suites.All(suites.SurgeSpeed(), suites.RolledOut(), suites.SurgeKept(), suites.Healed()),
	Lab:    surgeSpeedLab,
	Blast:  suites.Namespace,
	Tier:   suites.Nightly,
}
