// Package selfcheck puts the suite itself on trial where nothing is broken.
package selfcheck

import (
	"time"

	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// NullRun breaks nothing: what the lanes report is the noise of the measurement.
var NullRun = suites.Scenario{
	Name:   "selfcheck/null-run",
	Why:    "A meter that sees outages where there are none proves nothing.",
	App:    web.App(web.Replicas(3)),
	Load:   suites.Steady(500),
	Hold:   suites.Hold{For: 2 * time.Minute},
	Expect: suites.All(suites.NoLoss(), suites.NoRestart()),
	Blast:  suites.Cluster,
	Tier:   suites.Smoke,
}
