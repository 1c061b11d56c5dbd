package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// NodeLostMidRollout cuts the power of a worker when half of the pods are new.
var NodeLostMidRollout = suites.Scenario{
	Name:  "rollout/node-lost-mid-rollout",
	Why:   "Machines do not wait for rollouts to end: the update must finish on those that are left.",
	App:   web.App(web.Replicas(6), web.RollingUpdate(1, 0), web.SpreadAcrossNodes()),
	Load:  suites.Steady(50),
	Fault: faults.During(faults.Update(web.Version("v2")), 50, faults.NodeKill()),
	Hold:  suites.Hold{For: 5 * time.Second, Heal: 90 * time.Second, Settle: 60 * time.Second},
	Expect: suites.All(
		suites.NodeNotReady(), suites.RolledOutElsewhere(), suites.NoOutage(), suites.DowntimeAsModelled(), suites.SurgeKept(), suites.Healed(),
	),
	Twin: suites.Without("spread across nodes",
		suites.Changes(web.AllOnOneNode(), web.BootTime(5*time.Second), web.Startup(web.Started, web.Failures(30))), suites.NoOutage()),
	Lab:   nodeLostMidRolloutLab,
	Blast: suites.Node,
	Tier:  suites.Certify,
}
