package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// ReplicaSetAdoption changes a label of one of three pods, and when the ReplicaSet
// has made up for it gives it a pod that it never asked for.
var ReplicaSetAdoption = suites.Scenario{
	Name: "selfheal/replicaset-adoption",
	Why:  "A ReplicaSet owns what its selector takes: a label more or less makes a pod its own, or sets it free to be looked at.",
	App:  web.App(web.Replicas(3)),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.Relabel(workloads.LabelComponent, "debug", faults.OnePod),
		// Once the ReplicaSet has its three again: before, the newcomer would be none too many.
		faults.Settled(faults.AfterRollout(faults.Adopt()), 2*time.Second),
	),
	Hold: suites.Hold{For: 5 * time.Second, Heal: 25 * time.Second, Settle: 25 * time.Second},
	Expect: suites.All(
		suites.Released(), suites.LeftEndpoints(), suites.NoNewConnections(), suites.Replaced(),
		suites.SurplusRemoved(), suites.NoLoss(), suites.Healed(),
	),
	Blast: suites.Namespace,
	Tier:  suites.Nightly,
}
