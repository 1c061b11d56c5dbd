package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// CrashLoop has the only pod exit at every start from now on.
var CrashLoop = suites.Scenario{
	Name:  "selfheal/crash-loop",
	Why:   "Who waits for a crash-looping container should know when it is started next: each exit doubles the wait, up to a cap.",
	App:   web.App(web.Replicas(1)),
	Load:  suites.NoLoad(),
	Fault: faults.CrashAtStart(1, faults.OnePod),
	// Restarts at once, after 10 s, 20 s and 40 s, each late by what the model allows, end within 125 s.
	Hold:   suites.Hold{For: 126 * time.Second},
	Expect: suites.All(suites.BackedOff(4)),
	Blast:  suites.Namespace,
	Tier:   suites.Nightly,
}
