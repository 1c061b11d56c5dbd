package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// UndoCompleted takes back, under load, a version that was rolled out to its end and
// answers everything with an error.
var UndoCompleted = suites.Scenario{
	Name: "rollout/undo-completed",
	Why:  "A bad version that is out already must be gone as soon as a rollout takes, and the history must show it.",
	App:  web.App(web.Replicas(3), web.BootTime(time.Second)),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.Update(web.Version("v2"), web.ErrorRate(1)),
		// The last pod of the first version serves on for 4 s.
		faults.AfterRollout(faults.Settled(faults.ToRevision(1), 6*time.Second)),
	),
	Hold: suites.Hold{Heal: 60 * time.Second},
	Expect: suites.All(
		suites.ErrorsEnd(), suites.RevisionRises(), suites.RolledOut(), suites.SurgeKept(), suites.AvailabilityKept(), suites.Healed(),
	),
	Lab:   undoCompletedLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
