package pressure

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// PIDExhaustion has one pod start processes without end, and then has a neighbour
// replaced, which takes new processes.
var PIDExhaustion = suites.Scenario{
	Name:  "pressure/pid-exhaustion",
	Why:   "Processes are a resource of the whole node: without a limit per pod one fork bomb keeps every other pod from starting.",
	App:   beside(2, web.MemoryLimit("768Mi")),
	Load:  suites.Steady(50),
	Fault: faults.Then(faults.ForkBomb(web.Hog), faults.PodDelete(faults.OneOf(web.Server))),
	Hold:  suites.Hold{For: 40 * time.Second, Settle: 90 * time.Second},
	Expect: suites.All(
		suites.ReplacedMeanwhile(), suites.NoLoss(), suites.Healed(),
	),
	Twin: suites.Without("limit of PIDs per pod", web.OnNodesWith(web.ForLabel, web.ForBatch), // whose kubelet sets none
		suites.ReplacedMeanwhile()),
	Needs: capped,
	Blast: suites.Node,
	Tier:  suites.Nightly,
}
