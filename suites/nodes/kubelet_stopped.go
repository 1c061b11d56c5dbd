package nodes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// KubeletStopped stops a worker's kubelet and nothing else.
var KubeletStopped = suites.Scenario{
	Name:  "nodes/kubelet-stopped",
	Why:   "Without its kubelet a node serves on; callers must not notice, neither when it is given up nor when it comes back.",
	App:   web.App(web.Replicas(3), web.SpreadAcrossNodes()),
	Load:  suites.Steady(50),
	Fault: faults.KubeletStop(),
	Hold:  suites.Hold{For: 5 * time.Second, Heal: 60 * time.Second, Settle: 90 * time.Second},
	Expect: suites.All(
		suites.NodeNotReady(), suites.LeftEndpoints(), suites.NoLoss(), suites.Evicted(), suites.ReplacedElsewhere(),
		suites.GoneOnReturn(), suites.Healed(),
	),
	Blast: suites.Node,
	Tier:  suites.Certify,
}
