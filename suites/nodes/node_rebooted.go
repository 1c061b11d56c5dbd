package nodes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// NodeRebooted switches a worker off, and on again before its pods are evicted.
var NodeRebooted = suites.Scenario{
	Name:  "nodes/node-rebooted",
	Why:   "A reboot that is quicker than the toleration must cost no pod its place: the same pods start again.",
	App:   web.App(web.Replicas(3), web.SpreadAcrossNodes(), web.Tolerations(2*time.Minute)),
	Load:  suites.Steady(50),
	Fault: faults.NodeKill(),
	Hold:  suites.Hold{Settle: 90 * time.Second},
	Expect: suites.All(
		suites.NodeNotReady(), suites.NoOutage(), suites.DowntimeAsModelled(), suites.BackInPlace(), suites.Healed(),
	),
	Blast: suites.Node,
	Tier:  suites.Certify,
}
