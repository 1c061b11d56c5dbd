package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// ThroughTheService has one of five pods fail its business. Its readiness probe sees
// that and may fail so often that nothing follows from it; who checks from outside
// has to meet the pod first.
var ThroughTheService = suites.Scenario{
	Name: "probes/through-the-service",
	Why:  "A check through the Service asks one pod at random: one bad pod of five is found after five checks on average.",
	App:  web.App(web.Replicas(5), web.Readiness(web.Business, web.Period(3*time.Second), web.Failures(60))),
	// Every new connection is a check: enough of them to tell a fifth from a tenth.
	Load:   suites.Steady(100),
	Fault:  faults.FailBusiness(faults.OnePod),
	Hold:   suites.Hold{For: 18 * time.Second, Settle: 15 * time.Second},
	Expect: suites.All(suites.SeenThroughService(), suites.SeenByKubelet(), suites.NoRestart(), suites.Healed()),
	Blast:  suites.Namespace,
	Tier:   suites.Nightly,
}
