package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// ProbePortApart floods the service port of an app with two workers while its probes
// have a port of their own. Callers are more patient than the probes: nobody who
// stands behind them in line comes through.
var ProbePortApart = suites.Scenario{
	Name: "probes/probe-port-apart",
	Why:  "A pod that is only busy must not be restarted for it: that makes less of what there is too little of.",
	App: web.App(web.Replicas(2), web.Workers(2), web.ProbePort(8081), web.Liveness(web.Live, web.Period(time.Second)),
		web.ReadinessTiming(web.Failures(30))),
	Load:   suites.Load{Rate: 50, Timeout: 3 * time.Second, Path: web.Business},
	Fault:  faults.Flood(faults.AllPods, time.Second),
	Hold:   suites.Hold{For: 15 * time.Second, Settle: 20 * time.Second},
	Expect: suites.All(suites.Flooded(), suites.NoRestart(), suites.Healed()),
	Twin:   suites.Without("port of the probes' own", web.SharedProbePort(), suites.NoRestart()),
	Blast:  suites.Namespace,
	Tier:   suites.Nightly,
}
