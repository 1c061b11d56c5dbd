package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// BlueGreen moves the Service from the blue Deployment to the green one and back.
var BlueGreen = suites.Scenario{
	Name: "rollout/blue-green",
	Why:  "A switch must be complete, quick, and as quick to take back.",
	// Without the startup probe liveness would kill green while it boots, or just after.
	App: web.App(web.Replicas(3), web.BlueGreen(web.Replicas(0),
		web.BootTime(5*time.Second), web.Startup(web.Started, web.Failures(30)))),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.Switch{Label: web.LabelColor, To: web.Green},
		faults.Settled(faults.Switch{Label: web.LabelColor, To: web.Blue}, 6*time.Second),
	),
	Hold:   suites.Hold{For: 6 * time.Second, Heal: 20 * time.Second},
	Expect: suites.All(suites.Switched(web.Green), suites.BothComplete(), suites.NoLoss(), suites.Healed()),
	Twin: suites.WithoutCare("waiting until green is ready",
		faults.Switch{Label: web.LabelColor, To: web.Green, AtOnce: true}, suites.NoLoss()),
	Lab:   blueGreenLab,
	Blast: suites.Namespace,
	Tier:  suites.Smoke,
}
