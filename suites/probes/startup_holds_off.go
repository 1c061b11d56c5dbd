package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// StartupHoldsOff has a pod start again that takes longer to boot than its liveness
// probe would let it.
var StartupHoldsOff = suites.Scenario{
	Name: "probes/startup-holds-off",
	Why:  "Liveness that is quick enough for a deadlock is too quick for a boot; a startup probe keeps the two apart.",
	App: web.App(web.Replicas(2), web.Startup(web.Started, web.Failures(30)),
		web.Liveness(web.Live, web.Period(time.Second))),
	Load:   suites.NoLoad(),
	Fault:  faults.SlowStart(faults.OnePod, 12*time.Second),
	Hold:   suites.Hold{For: 14 * time.Second, Heal: 25 * time.Second},
	Expect: suites.All(suites.BootedUndisturbed(), suites.OthersUntouched(), suites.Healed()),
	Twin:   suites.Without("startup probe", web.NoStartup(), suites.BootedUndisturbed()),
	Lab:    startupHoldsOffLab,
	Blast:  suites.Namespace,
	Tier:   suites.Certify,
}
