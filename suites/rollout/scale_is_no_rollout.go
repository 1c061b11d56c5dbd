package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// ScaleIsNoRollout scales a Deployment, and then edits its template.
var ScaleIsNoRollout = suites.Scenario{
	Name: "rollout/scale-is-no-rollout",
	Why:  "Scaling changes how many, not what: only a new template makes a revision that one can go back to.",
	App:  web.App(web.Replicas(3)),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.Scale(5),
		faults.Settled(faults.Edit(web.Version("v2")), 3*time.Second),
	),
	Hold: suites.Hold{Heal: 60 * time.Second},
	Expect: suites.All(
		suites.Revisions(0, 1), suites.PodsKept(), suites.RolledOut(), suites.SurgeKept(), suites.NoLoss(), suites.Healed(),
	),
	Lab:   scaleIsNoRolloutLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
