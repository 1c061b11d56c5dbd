package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// LogsOfTheGone asks for the log of a container that was restarted, and of its pod
// when that is deleted.
var LogsOfTheGone = suites.Scenario{
	Name: "selfheal/logs-of-the-gone",
	Why:  "What a container printed before it was restarted is one option away; what a deleted pod printed is gone for good, unless somebody took it.",
	App:  web.App(web.Replicas(1), web.NoPreStop(), web.DrainOnSIGTERM(time.Second), web.Grace(4*time.Second)),
	Load: suites.NoLoad(),
	Fault: faults.Then(
		faults.Exit(1, faults.OnePod),
		faults.OnceReady(faults.Kubectl("logs --previous POD")),
		faults.PodDelete(faults.OnePod),
		faults.OnceGone(faults.Kubectl("logs POD")),
	),
	Hold: suites.Hold{For: 2 * time.Second, Heal: 25 * time.Second},
	Expect: suites.All(
		suites.PreviousLog(), suites.GoneRefused(), suites.EvidenceKept(), suites.Healed(),
	),
	Lab:   logsOfTheGoneLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
