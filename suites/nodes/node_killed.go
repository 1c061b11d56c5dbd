// Package nodes asks what the loss of a machine costs.
package nodes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// NodeKilled cuts the power of a worker.
var NodeKilled = suites.Scenario{
	Name:  "nodes/node-killed",
	Why:   "A machine that dies says nothing; until Kubernetes notices, its pods still get their share of traffic.",
	App:   web.App(web.Replicas(3), web.SpreadAcrossNodes()),
	Load:  suites.Steady(50),
	Fault: faults.NodeKill(),
	Hold:  suites.Hold{For: 10 * time.Second, Heal: 60 * time.Second, Settle: 60 * time.Second},
	Expect: suites.All(
		suites.NodeNotReady(), suites.Evicted(), suites.ReplacedElsewhere(), suites.NoOutage(), suites.DowntimeAsModelled(), suites.Healed(),
	),
	Twin: suites.Without("spread across nodes",
		suites.Changes(web.AllOnOneNode(), web.BootTime(5*time.Second), web.Startup(web.Started, web.Failures(30))), suites.NoOutage()),
	Lab:   nodeKilledLab,
	Blast: suites.Node,
	Tier:  suites.Smoke,
}
