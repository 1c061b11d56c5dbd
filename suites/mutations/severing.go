package mutations

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites/controlplane"
	"github.com/seatrial/seatrial/suites/network"
	"github.com/seatrial/seatrial/workloads/web"
)

// severing: somebody who is asked does not answer.
var severing = []Mutation{
	{
		Name: "liveness-over-the-network", In: network.Partition, Finding: "no-restart",
		Why:    "Liveness that asks another app restarts this one for a broken network.",
		Change: web.LivenessOnBackend(),
	},
	{
		Name: "rollout-past-a-dead-proxy", In: network.KubeProxyKilled, Finding: "no-loss",
		Why:   "Callers on a node without kube-proxy go on to addresses that a rollout took away.",
		Fault: faults.Then(faults.KubeProxyStop(), faults.Settled(update(), 3*time.Second)),
	},
	{
		Name: "one-dns-replica", In: network.DNSOutage, Finding: "names-heal",
		Why:   "With one replica of DNS its node's loss is a loss of all names until it is evicted.",
		Fault: faults.DNSNodeLost(),
	},
	{
		Name: "webhook-fails-closed", In: controlplane.WebhookOutage, Finding: "replaced-despite-webhook",
		Why:   "A webhook for pods with failurePolicy Fail that is down keeps every lost pod from being replaced.",
		Fault: faults.WebhookOutage(faults.WebhookFail, faults.PodDelete(faults.OnePod)),
	},
	{
		Name: "one-pod-no-scheduler", In: controlplane.SchedulerDown, Finding: "no-loss",
		Why:    "A single pod that is deleted while nobody schedules is an outage until somebody does.",
		Change: web.Replicas(1),
	},
	{
		Name: "one-pod-no-controllers", In: controlplane.ControllerManagerDown, Finding: "no-outage",
		Why:    "A single pod that is deleted while no controller runs is not even missed.",
		Change: web.Replicas(1),
	},
}
