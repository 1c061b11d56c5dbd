package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// DependencyDown takes the backend away that three pods need for their work.
var DependencyDown = suites.Scenario{
	Name:  "probes/dependency-down",
	Why:   "An app whose backend is down must wait for it; restarts help nobody and make the outage longer.",
	App:   web.App(web.Replicas(3), web.Liveness(web.Live, web.Period(time.Second)), web.WithBackend()),
	Load:  suites.Steady(50),
	Fault: faults.DependencyDown(web.Backend),
	Hold:  suites.Hold{For: 14 * time.Second, Settle: 25 * time.Second},
	Expect: suites.All(
		suites.FollowsDependency(), suites.OthersUntouched(), suites.Healed(),
	),
	Twin:  suites.Without("liveness that asks only the app itself", web.LivenessOnBackend(), suites.OthersUntouched()),
	Lab:   dependencyDownLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
