package mutations

import (
	"github.com/seatrial/seatrial/suites/nodes"
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
		Change: web.ToleratesAll(),
	},
	{
		Name: "service-on-batch-nodes", In: nodes.BatchApart, Finding: "latency",
		Why:    "A service that is sent to the nodes for batch shares them with the batch.",
		Change: web.OnNodesWith(web.ForLabel, web.ForBatch),
	},
}
