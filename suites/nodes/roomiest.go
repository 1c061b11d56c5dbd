package nodes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// Roomiest books two of three workers by requests and asks for more pods.
var Roomiest = suites.Scenario{
	Name:  "nodes/roomiest",
	Why:   "The scheduler knows what pods ask for, not what they use: only requests keep a full node from getting more.",
	App:   web.App(web.Replicas(1), web.RequestCPU("250m"), web.WithNeighbours(2, "1800m")),
	Load:  suites.Steady(50),
	Fault: faults.Scale(5),
	Hold:  suites.Hold{Heal: 30 * time.Second, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.LandedBeside(), suites.NoLoss(), suites.Healed(),
	),
	Twin:  suites.Without("requests of the neighbours", web.NeighboursWithoutRequests(), suites.LandedBeside()),
	Needs: suites.Traits(suites.Workers(3)),
	Lab:   roomiestLab,
	Blast: suites.Node,
	Tier:  suites.Certify,
}
