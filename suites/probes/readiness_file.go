package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// ReadinessFile takes away, for a while, the file that one pod's readiness probe looks for.
var ReadinessFile = suites.Scenario{
	Name:  "probes/readiness-file",
	Why:   "A pod that says it is not ready must get no new connection, and must not be restarted for it.",
	App:   web.App(web.Replicas(3), web.ReadinessFile(web.ReadyFile)),
	Load:  suites.Steady(50),
	Fault: faults.ReadinessFile(faults.OnePod),
	Hold:  suites.Hold{For: 12 * time.Second, Settle: 20 * time.Second},
	Expect: suites.All(
		suites.LeftEndpoints(), suites.NoNewConnections(), suites.OpenConnectionsGoOn(), suites.NoRestart(), suites.BackInEndpoints(), suites.NoLoss(), suites.Healed(),
	),
	Twin:  suites.Without("readiness probe", web.NoReadiness(), suites.LeftEndpoints()),
	Lab:   readinessFileLab,
	Blast: suites.Namespace,
	Tier:  suites.Smoke,
}
