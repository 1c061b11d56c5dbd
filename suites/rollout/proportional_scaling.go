package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// ProportionalScaling scales a Deployment in the middle of a rollout that stands: the
// documentation's example of 8 old and 5 new pods.
var ProportionalScaling = suites.Scenario{
	Name: "rollout/proportional-scaling",
	Why:  "Scaling in the middle of a rollout must not stake all of the new replicas on the version that nobody has tried.",
	App:  web.App(web.Replicas(10), web.RollingUpdate(3, 2)),
	Load: suites.NoLoad(),
	Fault: faults.During(
		faults.Update(web.Version("v2"), web.WarmUp(time.Hour)), 50,
		faults.Settled(faults.Scale(15), 3*time.Second),
	),
	Hold:   suites.Hold{For: 5 * time.Second},
	Expect: suites.All(suites.SharedInProportion(), suites.Revisions(1, 0), suites.SurgeKept()),
	Lab:    proportionalScalingLab,
	Blast:  suites.Namespace,
	Tier:   suites.Nightly,
}
