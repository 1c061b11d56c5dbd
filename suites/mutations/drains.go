package mutations

import (
	"time"

	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/nodes"
	"github.com/seatrial/seatrial/workloads/web"
)

// unprobed is an app that is called ready as soon as it runs, and boots for 5 s.
var unprobed = suites.Changes(web.BootTime(5*time.Second), web.NoReadiness(), web.NoStartup(), web.NoLiveness())

// drains: an upgrade empties nodes, and what should have held it back, or let it go on, did not.
var drains = []Mutation{
	{
		Name: "no-budget", In: nodes.DrainWithBudget, Finding: "no-loss",
		Why:    "Without a budget a drain of two nodes takes both pods at once.",
		Change: web.NoBudget(),
	},
	{
		Name: "budget-of-none", In: nodes.DrainWithBudget, Finding: "no-loss",
		Why:    "A budget that keeps no pod keeps nobody from taking all.",
		Change: suites.Changes(web.NoBudget(), web.Budget(0)),
	},
	{
		Name: "budget-too-strict", In: nodes.DrainWithBudget, Finding: "drained",
		Why:    "A budget of all pods lets none go: the drain waits for ever, and the upgrade with it.",
		Change: suites.Changes(web.NoBudget(), web.Budget(2)),
	},
	{
		Name: "drained-unprobed", In: nodes.DrainWithBudget, Finding: "no-loss",
		Why:    "A budget counts ready pods; one that is called ready while it boots lets the last good one go.",
		Change: unprobed,
	},
}
