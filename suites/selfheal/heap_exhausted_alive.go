package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// HeapExhaustedAlive has one of three pods catch its own out-of-memory error and live on.
var HeapExhaustedAlive = suites.Scenario{
	Name:  "selfheal/heap-exhausted-alive",
	Why:   "A process that catches its own out-of-memory error lives on and serves nobody; only a probe that asks it notices.",
	App:   web.App(web.Replicas(3), web.Liveness(web.Live, web.Period(time.Second)), web.PreStopSleep(time.Second)),
	Load:  suites.Steady(50),
	Fault: faults.HeapExhausted(faults.OnePod),
	Hold:  suites.Hold{For: 5 * time.Second, Heal: 45 * time.Second},
	Expect: suites.All(
		suites.RestartedBy("liveness"), suites.DowntimeAsModelled(), suites.OthersUntouched(), suites.Healed(),
	),
	Twin:  suites.Without("liveness probe", web.NoLiveness(), suites.Healed()),
	Lab:   heapExhaustedAliveLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
