package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// ConfigChange changes a ConfigMap that the app reads at its start, and restarts it
// when nothing has happened.
var ConfigChange = suites.Scenario{
	Name: "rollout/config-change",
	Why:  "A changed ConfigMap reaches no running process that read it as a variable; somebody must restart them.",
	App:  web.App(web.Replicas(3), web.VersionFromConfig("v1")),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.ConfigChange(web.ConfigVersion("v2")),
		faults.Settled(faults.Restart(), 5*time.Second),
		// What follows is there to see that the old version is gone for good.
		faults.AfterRollout(faults.Settled(faults.Kubectl("rollout status deployment/web --timeout=30s"), 4*time.Second)),
	),
	Hold: suites.Hold{Heal: 30 * time.Second},
	Expect: suites.All(
		suites.Revisions(0, 1), suites.PodsKept(), suites.BroughtByRestart(), suites.RolledOut(), suites.SurgeKept(), suites.NoLoss(), suites.Healed(),
	),
	Twin:  suites.Without("leaving the pod template alone (a checksum annotation follows the ConfigMap)", web.ConfigChecksum(), suites.Revisions(0, 1)),
	Lab:   configChangeLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
