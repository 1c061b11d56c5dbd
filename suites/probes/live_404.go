package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// Live404 has /live of eight pods answer with eight status codes.
var Live404 = suites.Scenario{
	Name:   "probes/live-404",
	Why:    "The kubelet counts 200 to 399 as alive; a probe path that moved is a restart loop.",
	App:    web.App(web.Replicas(8), web.Liveness(web.Live, web.Period(time.Second)), web.PreStopSleep(time.Second)),
	Load:   suites.Steady(50),
	Fault:  faults.LiveCodes(200, 204, 302, 399, 400, 404, 500, 503),
	Hold:   suites.Hold{For: 12 * time.Second, Heal: 30 * time.Second},
	Expect: suites.All(suites.LiveCodes(), suites.Healed()),
	Twin:   suites.Without("liveness probe", web.NoLiveness(), suites.LiveCodes()),
	Lab:    live404Lab,
	Blast:  suites.Namespace,
	Tier:   suites.Smoke,
}
