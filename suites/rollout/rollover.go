package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// Rollover applies a newer version in the middle of a rollout: first over pods
// that never become ready, then over pods that are.
var Rollover = suites.Scenario{
	Name: "rollout/rollover",
	Why:  "An update over an unfinished update must not wait for the one in the middle, nor cost availability.",
	App:  web.App(web.Replicas(5), web.RollingUpdate(2, 1)),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.SecondUpdate{
			First:  []workloads.Change{web.Version("v2"), web.WarmUp(time.Hour)},
			Second: []workloads.Change{web.Version("v3")},
			After:  3,
		},
		faults.AfterRollout(faults.SecondUpdate{
			First:  []workloads.Change{web.Version("v4")},
			Second: []workloads.Change{web.Version("v5")},
			After:  3, Ready: true,
		}),
	),
	Hold: suites.Hold{Heal: 90 * time.Second},
	Expect: suites.All(
		suites.RolloverRetires(), suites.RolledOut(), suites.NoLoss(), suites.SurgeKept(), suites.AvailabilityKept(), suites.Healed(),
	),
	Lab:   rolloverLab,
	Blast: suites.Namespace,
	Tier:  suites.Smoke,
}
