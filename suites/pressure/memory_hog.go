package pressure

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// MemoryHog has one pod take all the memory that is left on its node.
var MemoryHog = suites.Scenario{
	Name:  "pressure/memory-hog",
	Why:   "A pod that is limited dies alone; one that has booked its node and is not limited has its neighbours evicted.",
	App:   beside(2, web.MemoryAtLeast("128Mi"), web.MemoryLimit("256Mi")),
	Load:  suites.Steady(50),
	Fault: faults.MemoryHog(web.Hog),
	Hold:  suites.Hold{For: 30 * time.Second, Settle: 60 * time.Second},
	Expect: suites.All(
		suites.OOMKilled(), suites.NoPressure("MemoryPressure"), suites.OthersUntouched(), suites.NoLoss(), suites.Healed(),
	),
	// The unlimited one takes less than it has booked: what is left of 1 GiB, above which the
	// kubelet evicts, by the node itself and by the others, and 64 MiB more. These hold more
	// than they booked, so that they go first, however old the kubelet's figures are.
	Twin: suites.Without("memory limit",
		suites.Changes(web.Of(web.Hog, web.Unlimited(), web.MemoryAtLeast("800Mi")),
			web.Of(web.Name, web.MemoryAtLeast("4Mi"), web.Env("ALLOCATE", "100Mi"))),
		suites.OthersUntouched()),
	Needs: capped,
	Lab:   memoryHogLab,
	Blast: suites.Node,
	Tier:  suites.Nightly,
}
