package controlplane

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// EtcdRestart kills etcd under writes. Back again it is stopped for as long as a kubelet
// needs to end another app's pod, whose deadline passes, and a container is killed.
var EtcdRestart = suites.Scenario{
	Name: "controlplane/etcd-restart",
	Why:  "All that a cluster knows is in etcd: what it has acknowledged must survive its death, and traffic must not notice.",
	App:  web.App(web.Replicas(3), web.SpreadAcrossNodes(), web.WithCompanion()),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.EtcdKill(),
		faults.Expiring(faults.EtcdStop(), faults.OneOf(web.Companion), 20*time.Second),
		faults.ContainerKill{Choose: faults.Beside(web.Companion)},
	),
	Hold: suites.Hold{For: 8 * time.Second, Settle: 180 * time.Second},
	Expect: suites.All(
		suites.WritesKept(), suites.TrafficUnharmed(), suites.RestartedWithoutAPI(), suites.MissingUntilUndone(), suites.Healed(),
	),
	Blast: suites.Cluster,
	Tier:  suites.Nightly,
}
