package nodes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// closed is the taint that somebody puts on every worker.
const closed = "seatrial.dev/closed"

// TaintedByHand closes every worker to new pods, asks for more of them, and opens them again.
var TaintedByHand = suites.Scenario{
	Name:  "nodes/tainted-by-hand",
	Why:   "A NoSchedule taint touches nothing that runs; what comes new waits, and goes on by itself when it is gone.",
	App:   web.App(web.Replicas(3)),
	Load:  suites.Steady(50),
	Fault: faults.Then(faults.NodeTaint(closed), faults.Scale(5)),
	Hold:  suites.Hold{For: 8 * time.Second, Settle: 60 * time.Second},
	Expect: suites.All(
		suites.PendingUntilUndone("untolerated taint"), suites.NoRestart(), suites.NoLoss(), suites.Healed(),
	),
	Twin: suites.Without("the taint's effect on them",
		web.Tolerates(closed), suites.PendingUntilUndone()),
	Lab:   taintedByHandLab,
	Blast: suites.Node,
	Tier:  suites.Certify,
}
