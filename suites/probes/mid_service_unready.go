package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// MidServiceUnready has a serving pod say for a while that it is not ready.
var MidServiceUnready = suites.Scenario{
	Name:  "probes/mid-service-unready",
	Why:   "A pod that needs a break gets one, with no new connection and no restart, and comes back by itself.",
	App:   web.App(web.Replicas(3)),
	Load:  suites.Steady(50),
	Fault: faults.Unready(faults.OnePod),
	Hold:  suites.Hold{For: 10 * time.Second, Settle: 20 * time.Second},
	Expect: suites.All(
		suites.LeftEndpoints(), suites.NoNewConnections(), suites.NoRestart(), suites.BackInEndpoints(), suites.NoLoss(), suites.Healed(),
	),
	Twin:  suites.Without("readiness probe", web.NoReadiness(), suites.LeftEndpoints()),
	Lab:   midServiceUnreadyLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
