package mutations

import (
	"time"

	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/nodes"
	"github.com/seatrial/seatrial/suites/rollout"
	"github.com/seatrial/seatrial/workloads/web"
)

// slowToBoot is an app whose pods take 5 s until they are ready.
var slowToBoot = suites.Changes(web.BootTime(5*time.Second), web.Startup(web.Started, web.Failures(30)))

// losses: a machine goes, and what should have been elsewhere was not.
var losses = []Mutation{
	{
		Name: "no-spread", In: nodes.NodeKilled, Finding: "no-outage",
		Why:    "Three replicas on one machine are one replica.",
		Change: suites.Changes(web.AllOnOneNode(), slowToBoot),
	},
	{
		Name: "one-pod-on-the-node", In: nodes.NodeKilled, Finding: "no-outage",
		Why:    "A single pod is gone for as long as nobody notices that its machine is.",
		Change: web.Replicas(1),
	},
	{
		Name: "one-node-each", In: nodes.NodeKilled, Finding: "replaced-elsewhere",
		Why:    "With as many pods as nodes, and a node to each, there is no place for a replacement.",
		Change: web.OneNodeEach(),
	},
	{
		Name: "one-pod-rebooted", In: nodes.NodeRebooted, Finding: "no-outage",
		Why:    "A reboot is an outage for whoever has one pod only.",
		Change: web.Replicas(1),
	},
	{
		Name: "toleration-too-short", In: nodes.NodeRebooted, Finding: "back-in-place",
		Why:    "A toleration shorter than a reboot has every reboot move the pods.",
		Change: web.Tolerations(0),
	},
	{
		Name: "toleration-too-long", In: rollout.NodeLostMidRollout, Finding: "rolled-out-elsewhere",
		Why:    "Pods that put up with a lost node for ten minutes keep a rollout waiting for as long.",
		Change: web.Tolerations(10 * time.Minute),
	},
	{
		Name: "one-pod-frozen", In: nodes.NodeFrozen, Finding: "no-outage",
		Why:    "A machine that hangs takes the only pod with it, and its address stays in the routes.",
		Change: web.Replicas(1),
	},
	{
		Name: "one-pod-cut-off", In: nodes.NetworkPartitioned, Finding: "no-outage",
		Why:    "The only pod on the far side of a partition serves nobody.",
		Change: web.Replicas(1),
	},
	{
		Name: "one-pod-silent-node", In: nodes.KubeletStopped, Finding: "no-loss",
		Why:    "The only pod is taken out of its Service because its kubelet is silent, though it serves.",
		Change: web.Replicas(1),
	},
}
