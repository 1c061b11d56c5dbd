package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// BlindSpot has the business of one pod fail while its liveness endpoint says that
// all is well.
var BlindSpot = suites.Scenario{
	Name:  "probes/blind-spot",
	Why:   "A probe sees what it asks: one that asks an endpoint made for it does not see that business fails.",
	App:   web.App(web.Replicas(3), web.Readiness(web.Business)),
	Load:  suites.Steady(50),
	Fault: faults.FailBusiness(faults.OnePod),
	Hold:  suites.Hold{For: 12 * time.Second, Settle: 20 * time.Second},
	Expect: suites.All(
		suites.LeftEndpoints(), suites.DowntimeAsModelled(), suites.NoRestart(), suites.BackInEndpoints(), suites.Healed(),
	),
	Twin:  suites.Without("readiness probe on the business path", web.Readiness(web.Live), suites.LeftEndpoints()),
	Lab:   blindSpotLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
