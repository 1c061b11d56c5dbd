package mutations

import (
	"time"

	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/rollout"
	"github.com/seatrial/seatrial/suites/selfheal"
	"github.com/seatrial/seatrial/workloads/web"
)

// switching: the spare that should take over is not what it seems.
var switching = []Mutation{
	{
		Name: "green-unprobed", In: rollout.BlueGreen, Finding: "no-loss",
		Why:    "Green without probes is called ready while it boots, and is switched to.",
		Change: suites.Changes(web.NoReadiness(), web.NoStartup(), web.NoLiveness()),
	},
	{
		Name: "one-replica", In: selfheal.OOMKilled, Finding: "no-outage",
		Why:    "With a single replica each crash is an outage.",
		Change: suites.Changes(web.Replicas(1), web.BootTime(5*time.Second), web.Startup(web.Started, web.Failures(30))),
	},
}
