package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// ManualReplace replaces bare pods by hand, turns the Service to a Deployment of
// the same app and rolls that out: two updates of one service in one record.
var ManualReplace = suites.Scenario{
	Name: "rollout/manual-replace",
	Why:  "Who replaces pods by hand pays with an outage that a Deployment would have avoided.",
	App: web.App(web.Replicas(2), web.BootTime(5*time.Second), web.Startup(web.Started, web.Failures(30)),
		web.KeptByHand()),
	Load: suites.Steady(50),
	Fault: faults.Then(
		faults.ReplaceByHand(web.Version("v2")),
		faults.Kubectl("describe pod POD"),
		faults.Settled(faults.Switch{Label: web.LabelColor, To: web.Green}, 5*time.Second),
		faults.Settled(faults.Update(web.Version("v2")), 5*time.Second),
	),
	Hold:   suites.Hold{Heal: 60 * time.Second, Settle: 10 * time.Second},
	Expect: suites.All(suites.OutageAvoided(), suites.RolledOut(), suites.Healed()),
	Lab:    manualReplaceLab,
	Blast:  suites.Namespace,
	Tier:   suites.Nightly,
}
