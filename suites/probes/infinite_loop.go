package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// InfiniteLoop has one pod spin in a loop that never ends. Its CPU limit keeps its
// neighbours, and the tester, out of it.
var InfiniteLoop = suites.Scenario{
	Name: "probes/infinite-loop",
	Why:  "A process that spins looks busy, not broken; only a probe that wants an answer tells the difference.",
	App: web.App(web.Replicas(3), web.CPULimit("200m"), web.Liveness(web.Live, web.Period(time.Second)),
		web.PreStopSleep(time.Second)),
	Load:  suites.Steady(50),
	Fault: faults.InfiniteLoop(faults.OnePod),
	Hold:  suites.Hold{For: 5 * time.Second, Heal: 45 * time.Second},
	Expect: suites.All(
		suites.RestartedBy("liveness"), suites.DowntimeAsModelled(), suites.OthersUntouched(), suites.Healed(),
	),
	Twin:  suites.Without("liveness probe", web.NoLiveness(), suites.Healed()),
	Lab:   infiniteLoopLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
