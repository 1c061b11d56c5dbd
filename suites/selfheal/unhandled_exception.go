package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// UnhandledException has the only pod exit on one request; nobody probes whether it lives.
var UnhandledException = suites.Scenario{
	Name:  "selfheal/unhandled-exception",
	Why:   "A process that exits needs no liveness probe to be started again: its restart policy does that, at once the first time.",
	App:   web.App(web.Replicas(1), web.NoLiveness()),
	Load:  suites.Steady(50),
	Fault: faults.Exit(1, faults.OnePod),
	Hold:  suites.Hold{For: 3 * time.Second, Heal: 25 * time.Second},
	Expect: suites.All(
		suites.RestartedInPlace(), suites.DowntimeAsModelled(), suites.Healed(),
	),
	Twin: suites.Without("restart policy Always, and owner",
		suites.Changes(web.Bare(), web.RestartPolicy("Never")), suites.RestartedInPlace()),
	Lab:   unhandledExceptionLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
