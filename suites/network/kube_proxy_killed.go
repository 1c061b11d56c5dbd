package network

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// KubeProxyKilled takes kube-proxy from the node that the load comes from, and scales the
// app up meanwhile.
var KubeProxyKilled = suites.Scenario{
	Name:  "network/kube-proxy-killed",
	Why:   "Without kube-proxy a node goes on by the rules that it has; what comes new does not exist for it.",
	App:   web.App(web.Replicas(2)),
	Load:  suites.Steady(50),
	Fault: faults.Then(faults.KubeProxyStop(), faults.Settled(faults.Scale(4), 3*time.Second)),
	Hold:  suites.Hold{For: 15 * time.Second, Settle: 60 * time.Second},
	Expect: suites.All(
		suites.LateOnNode(), suites.NoLoss(), suites.NoRestart(), suites.Healed(),
	),
	Blast: suites.Node,
	Tier:  suites.Nightly,
}
