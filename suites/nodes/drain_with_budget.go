package nodes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// DrainWithBudget drains both nodes on which the app has its pods, at once.
var DrainWithBudget = suites.Scenario{
	Name: "nodes/drain-with-budget",
	Why:  "An upgrade drains node after node, or two at once; only a budget tells it to wait for the replacements.",
	App: web.App(web.Replicas(2), web.SpreadAcrossNodes(), web.Budget(1),
		web.BootTime(5*time.Second), web.Startup(web.Started, web.Failures(30))),
	Load:  suites.Steady(50),
	Fault: faults.NodeDrain(),
	Hold:  suites.Hold{Heal: 60 * time.Second, Settle: 60 * time.Second},
	Expect: suites.All(
		suites.Drained(), suites.BudgetKept(), suites.NoLoss(), suites.Healed(),
	),
	Twin:  suites.Without("a budget", web.NoBudget(), suites.NoLoss()),
	Lab:   drainWithBudgetLab,
	Blast: suites.Node,
	Tier:  suites.Certify,
}
