package pressure

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// EphemeralLimit has one pod write into its own container's layer without end.
var EphemeralLimit = suites.Scenario{
	Name:  "pressure/ephemeral-limit",
	Why:   "What a container writes lands on its node's disk: only a limit has the writer evicted before the node is closed to all.",
	App:   web.App(web.Replicas(2), web.WithHog(web.DiskLimit("200Mi"))),
	Load:  suites.Steady(50),
	Fault: faults.DiskHog(web.Hog, "40Mi"),
	Hold:  suites.Hold{For: 5 * time.Second, Settle: 90 * time.Second},
	Expect: suites.All(
		suites.EvictedForDisk(), suites.NoPressure("DiskPressure"), suites.OthersUntouched(), suites.NoLoss(), suites.Healed(),
	),
	Twin:  suites.Without("limit of ephemeral storage", web.Of(web.Hog, web.Unlimited()), suites.NoPressure("DiskPressure")),
	Blast: suites.Node,
	Tier:  suites.Certify,
}
