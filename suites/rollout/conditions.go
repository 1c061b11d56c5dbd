package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// Conditions rolls out a good version and then one that is stuck, and asks kubectl
// about each.
var Conditions = suites.Scenario{
	Name: "rollout/conditions",
	Why:  "Pipelines decide by a Deployment's conditions and by kubectl's exit code, so both must tell good from stuck.",
	App:  web.App(web.Replicas(2), web.ProgressDeadline(15*time.Second)),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.Update(web.Version("v2")),
		faults.Kubectl("rollout status deployment/web --timeout=60s"),
		faults.AfterRollout(faults.StuckReadiness()),
		faults.Kubectl("rollout status deployment/web --timeout=60s"),
	),
	Hold: suites.Hold{For: 2 * time.Second, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.Conditions("NewReplicaSetAvailable", "ProgressDeadlineExceeded"), suites.RolloutStatus(0, 1),
		suites.NoLoss(), suites.Healed(),
	),
	Lab:   conditionsLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
