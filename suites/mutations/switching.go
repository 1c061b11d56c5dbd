package mutations

import (
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/rollout"
	"github.com/seatrial/seatrial/suites/selfheal"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// leftBehind has the bare pod be of a version that was given up.
func leftBehind(o *workloads.Objects) { web.Version("v2")(&workloads.Objects{Pods: o.Pods}) }

func selectsByName(o *workloads.Objects) {
	delete(o.Services[0].Spec.Selector, workloads.LabelComponent)
}

// switching: the spare that should take over is not what it seems.
var switching = []Mutation{
	{
		Name: "service-too-wide", In: rollout.CanaryShare, Finding: "canary-share",
		Why:    "A Service that selects by the app's name alone takes in pods that somebody left behind.",
		Change: suites.Changes(web.WithBarePod(), leftBehind, selectsByName),
	},
	{
		Name: "green-unprobed", In: rollout.BlueGreen, Finding: "no-loss",
		Why:    "Green without probes is called ready while it boots, and is switched to.",
		Change: suites.Changes(web.NoReadiness(), web.NoStartup(), web.NoLiveness()),
	},
	{
		Name: "one-replica", In: selfheal.OOMKilled, Finding: "no-outage",
		Why:    "With a single replica each crash is an outage.",
		Change: suites.Changes(web.Replicas(1), slowToBoot),
	},
}
