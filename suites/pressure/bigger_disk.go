package pressure

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// BiggerDisk is what an operator does about a runtime's disk that is full for good. It
// takes the node's pods with it, on the way there or back: nobody is asked for anything.
var BiggerDisk = suites.Scenario{
	Name:  "pressure/bigger-disk",
	Why:   "A node whose runtime's disk is full for good gets a bigger one; the condition goes with the move, stays away, and only the new disk grows.",
	App:   web.App(web.Replicas(2)),
	Load:  suites.NoLoad(),
	Fault: faults.BiggerDisk(),
	Hold:  suites.Hold{For: 60 * time.Second, Settle: 2 * time.Minute},
	Expect: suites.All(
		suites.PressureSeen(), suites.PressureTaint(), suites.MovedForGood(), suites.GrowsApart(), suites.Healed(),
	),
	Lab:   biggerDiskLab,
	Blast: suites.Node,
	Tier:  suites.Nightly,
}
