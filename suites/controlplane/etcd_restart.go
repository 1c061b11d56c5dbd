package controlplane

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// EtcdRestart kills etcd under writes.
var EtcdRestart = suites.Scenario{
	Name:  "controlplane/etcd-restart",
	Why:   "All that a cluster knows is in etcd: what it has acknowledged must survive its death, and traffic must not notice.",
	App:   web.App(web.Replicas(3)),
	Load:  suites.Steady(50),
	Fault: faults.EtcdKill(),
	Hold:  suites.Hold{For: 3 * time.Second, Heal: 60 * time.Second, Settle: 60 * time.Second},
	Expect: suites.All(
		suites.WritesKept(), suites.NoLoss(), suites.NoRestart(), suites.Healed(),
	),
	Blast: suites.Cluster,
	Tier:  suites.Nightly,
}
