package pressure

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// MemoryEviction takes a node's memory away until its kubelet must evict, among pods
// of each class.
var MemoryEviction = suites.Scenario{
	Name: "pressure/memory-eviction",
	Why:  "When a node runs out of memory the kubelet chooses who goes: first who asked for least and uses most; who is Guaranteed stays.",
	App: web.App(web.Replicas(1), web.RequestCPU("100m"), onService(),
		web.WithQoSClasses("200Mi")),
	Load:  suites.Steady(50),
	Fault: faults.NodeMemory(300 << 20), // more than the first of them holds, less than both do
	Hold:  suites.Hold{For: 45 * time.Second, Settle: 90 * time.Second},
	Expect: suites.All(
		suites.MemoryPressureSeen(), suites.EvictedInOrder(web.BestEffort, web.Burstable), suites.NoLoss(), suites.Healed(),
	),
	Needs: capped,
	Blast: suites.Node,
	Tier:  suites.Nightly,
}
