package pressure

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// CPUHog has one pod burn all the processor time that it gets, beside a service.
var CPUHog = suites.Scenario{
	Name:  "pressure/cpu-hog",
	Why:   "Without a CPU limit one pod takes its node's whole share, and its neighbours' answers wait; nothing restarts, nothing is red.",
	App:   beside(1, web.CPULimit("100m")),
	Load:  suites.Steady(50),
	Fault: faults.CPUHog(web.Hog),
	Hold:  suites.Hold{For: 25 * time.Second, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.Throttled(), suites.LatencyWithin(bearable), suites.OthersUntouched(), suites.Healed(),
	),
	Twin:  suites.Without("CPU limit", web.Of(web.Hog, web.Unlimited()), suites.LatencyWithin(bearable)),
	Needs: capped,
	Lab:   cpuHogLab,
	Blast: suites.Node,
	Tier:  suites.Certify,
}
