package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// RevisionHistory makes more revisions than are kept, and goes back to one that is
// there and to one that is not.
var RevisionHistory = suites.Scenario{
	Name: "rollout/revision-history",
	Why:  "An undo needs a ReplicaSet to go back to: a version that is out of the history can only be applied anew.",
	App:  web.App(web.Replicas(1), web.RevisionHistoryLimit(2)),
	Load: suites.NoLoad(),
	Fault: faults.Then(
		faults.Update(web.Version("v2")),
		faults.AfterRollout(faults.Update(web.Version("v3"))),
		faults.AfterRollout(faults.Update(web.Version("v4"))),
		faults.AfterRollout(faults.Update(web.Version("v5"))),
		// Revisions 1 and 2 are removed once the rollout is complete. Asking for one of
		// them changes nothing.
		faults.AfterRollout(faults.Settled(faults.Kubectl("rollout undo deployment/web --to-revision=1"), 3*time.Second)),
		faults.ToRevision(3),
	),
	Hold: suites.Hold{Heal: 30 * time.Second},
	Expect: suites.All(
		suites.HistoryKept(), suites.KubectlSays("rollout undo", 1, "unable to find specified revision 1"), suites.UndoneTo(3),
		suites.Revisions(1, 1, 1, 1, 1), suites.RolledOut(), suites.Healed(),
	),
	Lab:   revisionHistoryLab,
	Blast: suites.Namespace,
	Tier:  suites.Nightly,
}
