// Package pressure asks what happens when a node runs out of something.
package pressure

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// DiskFull fills a node's disk, and then tries what people try: deleting pods,
// removing the taint by hand, and at last freeing space.
var DiskFull = suites.Scenario{
	Name: "pressure/disk-full",
	Why:  "A full disk closes its node to new pods; neither deleting pods nor removing the taint opens it again.",
	App:  web.App(web.Replicas(2), web.WithStatefulSet(), web.WithBarePod()),
	Load: suites.NoLoad(),
	Fault: faults.Then(faults.DiskFull(),
		faults.PodDeleteAll(),
		faults.NodeUntaint("node.kubernetes.io/disk-pressure"),
	),
	Hold: suites.Hold{For: 12 * time.Second, Settle: 90 * time.Second},
	Expect: suites.All(
		suites.PressureSeen(), suites.PressureTaint(), suites.StaysPending("2 node(s) had untolerated taint"), suites.OwnedComeBack(),
		suites.TaintReturns(), suites.PressureClears(), suites.Healed(),
	),
	Lab:   diskFullLab,
	Blast: suites.Node,
	Tier:  suites.Smoke,
}
