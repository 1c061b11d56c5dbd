package nodes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// ContainerdStopped stops a worker's container runtime and nothing else, and kills a
// container of another app there, whose pod tolerates that for ever: its restart must wait.
var ContainerdStopped = suites.Scenario{
	Name: "nodes/containerd-stopped",
	Why:  "Containers need their runtime to start and to stop, not to run: callers must not notice that it is gone, and what ends waits for it.",
	App: web.App(web.Replicas(3), web.SpreadAcrossNodes(), web.WithCompanion(),
		web.Of(web.Companion, web.StaysOnLostNode())),
	Load: suites.Steady(50),
	Fault: faults.Then(faults.ContainerdStop(faults.Beside(web.Companion)),
		faults.ContainerKill{Choose: faults.OneOf(web.Companion), Beneath: true}),
	Hold: suites.Hold{For: 5 * time.Second, Heal: 60 * time.Second, Settle: 90 * time.Second},
	Expect: suites.All(
		suites.NodeNotReady(), suites.LeftEndpoints(), suites.NoLoss(), suites.Evicted(), suites.ReplacedElsewhere(),
		suites.GoneOnReturn(), suites.RestartWaited(), suites.Healed(),
	),
	Blast: suites.Node,
	Tier:  suites.Nightly,
}
