package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// PeriodicLeak has one of three pods leak until the kernel kills it, again and again.
var PeriodicLeak = suites.Scenario{
	Name:  "selfheal/periodic-leak",
	Why:   "A leak that kills a pod every half minute must cost its callers no more than the moments of its restarts.",
	App:   web.App(web.Replicas(3), web.MemoryLimit("64Mi")),
	Load:  suites.Steady(50),
	Needs: suites.Traits(suites.ShortBackoff),
	// From 10 MiB to the limit takes 27 s: three kills, and the back-off behind each.
	Fault: faults.Leak("2Mi", faults.OnePod),
	Hold:  suites.Hold{For: 120 * time.Second, Heal: 40 * time.Second, Settle: 20 * time.Second},
	Expect: suites.All(
		suites.BackedOff(3), suites.NoOutage(), suites.LossAtRestarts(), suites.OthersUntouched(), suites.Healed(),
	),
	Twin:  suites.Without("second replica", suites.Changes(web.Replicas(1), web.BootTime(3*time.Second)), suites.NoOutage()),
	Lab:   periodicLeakLab,
	Blast: suites.Namespace,
	Tier:  suites.Nightly,
}
