package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// SameTag puts another build under the tag that the app runs, applies the manifests
// again and restarts the app when nothing has happened.
var SameTag = suites.Scenario{
	Name: "rollout/same-tag",
	Why:  "Whoever pushes to the same tag has changed nothing that Kubernetes looks at.",
	App:  web.App(web.Replicas(3), web.ImageTag(web.MovingTag), web.VersionOfImage()),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.SameTag(web.MovingTag, "v2"),
		faults.Settled(faults.Restart(), 5*time.Second),
		faults.AfterRollout(faults.Settled(faults.Kubectl("rollout status deployment/web --timeout=30s"), 4*time.Second)),
	),
	Hold: suites.Hold{Heal: 30 * time.Second},
	Expect: suites.All(
		suites.Revisions(0, 1), suites.PodsKept(), suites.BroughtByRestart(), suites.RolledOut(), suites.SurgeKept(), suites.NoLoss(), suites.Healed(),
	),
	Twin: suites.WithoutCare("keeping the tag",
		faults.Then(faults.Update(web.ImageTag("v2")), faults.Settled(faults.Restart(), 5*time.Second)), suites.Revisions(0, 1)),
	Lab:   sameTagLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
