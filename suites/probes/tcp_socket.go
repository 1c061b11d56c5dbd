package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// TCPSocket has a TCP probe come through to one pod, be refused by the next, hang at
// the third, and come through to the fourth, which is deadlocked: to the end, for
// that is what a TCP probe cannot see.
var TCPSocket = suites.Scenario{
	Name: "probes/tcp-socket",
	Why:  "A TCP probe asks the kernel, not the app: a port that nobody serves fails, a deadlock passes.",
	App: web.App(web.Replicas(4), web.LivenessTCP(web.Period(time.Second)),
		web.PreStopSleep(time.Second)),
	Load:   suites.NoLoad(),
	Fault:  faults.Troubles(faults.Sound, faults.PortShut, faults.PortJammed, faults.Deadlocked),
	Hold:   suites.Hold{For: 22 * time.Second},
	Expect: suites.All(suites.LivenessAsModelled()),
	Blast:  suites.Namespace,
	Tier:   suites.Certify,
}
