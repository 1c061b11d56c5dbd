package nodes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// NodeFrozen stops every process of a worker while its link still answers.
var NodeFrozen = suites.Scenario{
	Name:  "nodes/node-frozen",
	Why:   "A machine that hangs takes connections and answers none; when it wakes, its old pods must not serve again.",
	App:   web.App(web.Replicas(3), web.SpreadAcrossNodes()),
	Load:  suites.Steady(50),
	Fault: faults.NodeFreeze(),
	Hold:  suites.Hold{For: 5 * time.Second, Heal: 60 * time.Second, Settle: 90 * time.Second},
	Expect: suites.All(
		suites.NodeNotReady(), suites.Evicted(), suites.ReplacedElsewhere(), suites.NoOutage(), suites.DowntimeAsModelled(),
		suites.GoneOnReturn(), suites.Healed(),
	),
	Blast: suites.Node,
	Tier:  suites.Certify,
}
