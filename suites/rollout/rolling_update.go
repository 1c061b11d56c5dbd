// Package rollout asks what users notice of an update, a good one or a bad one.
package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// RollingUpdate rolls out twice under load: first one pod above, then one pod below.
var RollingUpdate = suites.Scenario{
	Name: "rollout/rolling-update",
	Why:  "An update that nobody notices is what rolling updates are for.",
	App: web.App(web.Replicas(3), web.BootTime(3*time.Second), web.Startup(web.Started, web.Failures(30)),
		web.RollingUpdate(1, 0)),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.Update(web.Version("v2")),
		faults.AfterRollout(faults.Update(web.Version("v3"), web.RollingUpdate(0, 1))),
	),
	Hold: suites.Hold{Heal: 90 * time.Second},
	Expect: suites.All(
		suites.FirstRolledOut(), suites.RolledOut(), suites.NoLoss(), suites.VersionsAlternate(), suites.SurgeKept(), suites.AvailabilityKept(), suites.Healed(),
	),
	Twin: suites.Without("readiness and startup probe",
		suites.Changes(web.NoReadiness(), web.NoStartup()), suites.NoLoss()),
	Lab:   rollingUpdateLab,
	Blast: suites.Namespace,
	Tier:  suites.Smoke,
}
