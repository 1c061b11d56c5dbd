package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// SlowStart rolls out an app that needs ten seconds from "Running" until it can serve.
var SlowStart = suites.Scenario{
	Name:   "probes/slow-start",
	Why:    "Running is not ready: without a readiness probe a pod gets traffic that it cannot serve yet.",
	App:    web.App(web.Replicas(2), web.BootTime(10*time.Second), web.Startup(web.Started, web.Failures(30))),
	Load:   suites.Steady(50),
	Fault:  faults.Update(web.Version("v2")),
	Hold:   suites.Hold{Heal: 90 * time.Second},
	Expect: suites.All(suites.NotBeforeReady(), suites.RolledOut(), suites.NoLoss(), suites.Healed()),
	Twin: suites.Without("readiness and startup probe",
		suites.Changes(web.NoReadiness(), web.NoStartup(), web.NoLiveness()), suites.NotBeforeReady()),
	Lab:   slowStartLab,
	Blast: suites.Namespace,
	Tier:  suites.Smoke,
}
