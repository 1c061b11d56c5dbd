package nodes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// AntiAffinityStuck rolls out an app that wants a node to itself for each pod where there
// are as many nodes as pods, and adds a node.
var AntiAffinityStuck = suites.Scenario{
	Name: "nodes/anti-affinity-stuck",
	Why:  "A pod that must have a node to itself cannot be replaced before it is gone: a rollout that first adds a pod waits for a node that nobody has.",
	App: web.App(web.Replicas(3), web.RollingUpdate(1, 0), web.OneNodeEach(),
		web.Grace(10*time.Second)),
	Load:  suites.Steady(50),
	Fault: faults.During(faults.Update(web.Version("v2")), 30, faults.Settled(faults.NodeAdd(), 10*time.Second)),
	Hold:  suites.Hold{For: 3 * time.Second, Heal: 100 * time.Second, Settle: 60 * time.Second},
	Expect: suites.All(
		suites.StuckUntilAdded("didn't match pod anti-affinity rules"), suites.RolledOutOnceAdded(), suites.SurgeKept(), suites.NoLoss(), suites.Healed(),
	),
	Twin: suites.Without("required anti-affinity",
		web.PreferOneNodeEach(), suites.StuckUntilAdded("didn't match pod anti-affinity rules")),
	Needs: suites.Traits(suites.Workers(3)),
	Lab:   antiAffinityStuckLab,
	Blast: suites.Cluster,
	Tier:  suites.Nightly,
}
