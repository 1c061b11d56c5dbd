// Package network asks what becomes of a service whose packets do not arrive.
package network

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// Partition cuts an app off from its backend. Both are well.
var Partition = suites.Scenario{
	Name:  "network/partition",
	Why:   "When packets between two apps are lost, readiness must say so and nobody must be restarted for it.",
	App:   web.App(web.Replicas(3), web.Liveness(web.Live, web.Period(time.Second)), web.WithBackend()),
	Load:  suites.Steady(50),
	Fault: faults.PodPartition(web.Backend),
	Hold:  suites.Hold{For: 10 * time.Second, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.FollowsDependency(), suites.NoRestart(), suites.Healed(),
	),
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
