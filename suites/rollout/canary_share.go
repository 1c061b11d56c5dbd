package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// CanaryShare aborts a bad canary, then takes a good one from one pod of ten to all.
var CanaryShare = suites.Scenario{
	Name: "rollout/canary-share",
	Why:  "A canary is safe if it gets no more than its share, and gets nothing once it is aborted.",
	App:  web.App(web.Replicas(10), web.Canary()),
	// At 200/s 8 s are 1,600 answers: half of a tenth is 80, and chance keeps to at least 100.
	Load: suites.Steady(200),
	Fault: faults.Then(
		faults.Canary{New: 1, Of: 10, Changes: []workloads.Change{web.Version("v2"), web.ErrorRate(1)}},
		faults.Settled(faults.Canary{New: 0, Of: 10}, 12*time.Second),
		faults.Settled(faults.Canary{New: 1, Of: 10, Changes: []workloads.Change{web.Version("v3")}}, 6*time.Second),
		faults.Settled(faults.Canary{New: 5, Of: 10}, 12*time.Second),
		faults.Settled(faults.Canary{New: 10, Of: 10}, 8*time.Second),
	),
	Hold:   suites.Hold{For: 6 * time.Second, Heal: 20 * time.Second},
	Expect: suites.All(suites.CanaryShare(), suites.CanaryAborted(), suites.Healed()),
	Lab:    canaryShareLab,
	Blast:  suites.Namespace,
	Tier:   suites.Certify,
}
