package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// BareReplicaSet edits the template of a ReplicaSet that no Deployment owns, and then
// deletes one of its pods.
var BareReplicaSet = suites.Scenario{
	Name: "rollout/bare-replicaset",
	Why:  "A ReplicaSet keeps a number of pods and rolls nothing: an edit waits for the next pod to die.",
	App:  web.App(web.Replicas(3), web.AsReplicaSet()),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.Edit(web.Version("v2")),
		faults.Settled(faults.PodDelete(faults.OnePod), 3*time.Second),
	),
	Hold:   suites.Hold{For: 5 * time.Second, Heal: 40 * time.Second, Settle: 10 * time.Second},
	Expect: suites.All(suites.OnlyReplacedAreNew(), suites.NoLoss(), suites.Healed()),
	Twin:   suites.Without("being a bare ReplicaSet (a Deployment rolls)", web.AsDeployment(), suites.OnlyReplacedAreNew()),
	Blast:  suites.Namespace,
	Tier:   suites.Nightly,
}
