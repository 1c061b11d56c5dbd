package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// Recreate ends all pods of the old version before it makes one of the new.
var Recreate = suites.Scenario{
	Name: "rollout/recreate",
	Why:  "Two versions that must never run side by side cost an outage, which must be no longer than it has to be.",
	App: web.App(web.Replicas(3), web.Recreate(), web.BootTime(2*time.Second),
		web.Startup(web.Started, web.Failures(30))),
	Load:  suites.Steady(50),
	Fault: faults.Update(web.Version("v2")),
	Hold:  suites.Hold{Heal: 60 * time.Second},
	Expect: suites.All(
		suites.VersionsApart(), suites.DowntimeAsModelled(), suites.RolledOut(), suites.SurgeKept(), suites.Healed(),
	),
	Twin:  suites.Without("strategy Recreate", web.RollingUpdate(1, 0), suites.VersionsApart()),
	Lab:   recreateLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
