package mutations

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/suites/nodes"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// placing: the scheduler does what it was told.
var placing = []Mutation{
	{
		Name: "requests-too-small", In: nodes.Roomiest, Finding: "landed-on-roomiest",
		Why:    "Pods that ask for far less than they use leave their node looking empty.",
		Change: web.Of(web.Neighbours, web.RequestCPU("10m")),
	},
	{
		Name: "tolerates-everything", In: nodes.TaintedByHand, Finding: "pending-until-undone",
		Why:    "A toleration without a key lets pods onto every node that somebody closed.",
		Change: toleratesAll,
	},
	{
		Name: "service-on-batch-nodes", In: nodes.BatchApart, Finding: "latency",
		Why:    "A service that is sent to the nodes for batch shares them with the batch.",
		Change: web.OnNodesWith(web.ForLabel, web.ForBatch),
	},
}

func toleratesAll(o *workloads.Objects) {
	for _, t := range o.PodTemplates() {
		t.Spec.Tolerations = append(t.Spec.Tolerations, corev1.Toleration{Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule})
	}
}
