package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// MinReadySeconds rolls out a version that dies 5 s after it was ready, time and again.
var MinReadySeconds = suites.Scenario{
	Name: "rollout/min-ready-seconds",
	Why:  "A version that is ready and dies soon after must not replace more than the first pod.",
	App:  web.App(web.Replicas(3), web.MinReadySeconds(10*time.Second)),
	Load: suites.Steady(50),
	// Not before the pods of the first version have been ready for as long themselves.
	Fault: faults.AfterRollout(faults.BadVersion(web.Version("v2"), web.CrashAfter(5*time.Second, 1))),
	Hold:  suites.Hold{For: 20 * time.Second, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.StopsAtFirst(), suites.NoOutage(), suites.SurgeKept(), suites.AvailabilityKept(), suites.UndoRestores(), suites.Healed(),
	),
	Twin:  suites.Without("minReadySeconds", web.MinReadySeconds(0), suites.StopsAtFirst()),
	Lab:   minReadySecondsLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
