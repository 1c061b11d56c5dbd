package nodes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// ContainerdStopped stops a worker's container runtime and nothing else.
var ContainerdStopped = suites.Scenario{
	Name:  "nodes/containerd-stopped",
	Why:   "Containers need their runtime to start and to stop, not to run: callers must not notice that it is gone.",
	App:   web.App(web.Replicas(3), web.SpreadAcrossNodes()),
	Load:  suites.Steady(50),
	Fault: faults.ContainerdStop(),
	Hold:  suites.Hold{For: 5 * time.Second, Heal: 60 * time.Second, Settle: 90 * time.Second},
	Expect: suites.All(
		suites.NodeNotReady(), suites.LeftEndpoints(), suites.NoLoss(), suites.Evicted(), suites.ReplacedElsewhere(),
		suites.GoneOnReturn(), suites.Healed(),
	),
	Blast: suites.Node,
	Tier:  suites.Nightly,
}
