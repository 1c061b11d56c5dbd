package nodes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// NetworkPartitioned cuts a worker off from the control plane and from its peers.
var NetworkPartitioned = suites.Scenario{
	Name:  "nodes/network-partitioned",
	Why:   "On the far side of a partition pods run on that Kubernetes has given up; once it heals they must go.",
	App:   web.App(web.Replicas(3), web.SpreadAcrossNodes()),
	Load:  suites.Steady(50),
	Fault: faults.NodePartition(),
	Hold:  suites.Hold{For: 5 * time.Second, Heal: 60 * time.Second, Settle: 120 * time.Second},
	Expect: suites.All(
		suites.NodeNotReady(), suites.Evicted(), suites.ReplacedElsewhere(), suites.NoOutage(), suites.DowntimeAsModelled(),
		suites.GoneOnReturn(), suites.Healed(),
	),
	Lab:   networkPartitionedLab,
	Blast: suites.Node,
	Tier:  suites.Certify,
}
