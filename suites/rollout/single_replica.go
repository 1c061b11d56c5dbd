package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// SingleReplica rolls out an app of one pod with the strategy that the API server
// fills in, which makes the new pod before it takes the old one.
var SingleReplica = suites.Scenario{
	Name: "rollout/single-replica",
	Why:  "Even one replica is updated without a break, if the new pod may come before the old one goes.",
	// Booting takes longer than the old pod serves on once it was told to go (4 s).
	App: web.App(web.Replicas(1), web.DefaultStrategy(), web.BootTime(8*time.Second),
		web.Startup(web.Started, web.Failures(30))),
	Load:   suites.Steady(50),
	Fault:  faults.Update(web.Version("v2")),
	Hold:   suites.Hold{Heal: 60 * time.Second},
	Expect: suites.All(suites.RolledOut(), suites.NoLoss(), suites.SurgeKept(), suites.AvailabilityKept(), suites.Healed()),
	Twin:   suites.Without("surge", web.RollingUpdate(0, 1), suites.NoLoss()),
	Lab:    singleReplicaLab,
	Blast:  suites.Namespace,
	Tier:   suites.Certify,
}
