package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// StartupFails rolls out a version that listens and never gets ready. Its pods stop
// at once when they are told to, so that there is time for two of their lives.
var StartupFails = suites.Scenario{
	Name: "probes/startup-fails",
	Why:  "A boot that never ends must be given up and tried again, not waited for.",
	App: web.App(web.Replicas(1), web.Startup(web.Started, web.Failures(5)),
		web.NoPreStop(), web.DrainOnSIGTERM(0)),
	Load:   suites.NoLoad(),
	Fault:  faults.Update(web.Version("v2"), web.WarmUp(time.Hour)),
	Hold:   suites.Hold{For: 24 * time.Second},
	Expect: suites.All(suites.StartupGivesUp(), suites.StartupFirst(), suites.NoRestart()),
	Blast:  suites.Namespace,
	Tier:   suites.Certify,
}
