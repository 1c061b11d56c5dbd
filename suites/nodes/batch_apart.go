package nodes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// bearable is what the users of a service bear, of 99 of 100 answers.
const bearable = 50 * time.Millisecond

// BatchApart starts a batch job that takes all the processor time of its nodes.
var BatchApart = suites.Scenario{
	Name:  "nodes/batch-apart",
	Why:   "A batch job takes what it gets. Labels and a nodeSelector keep it on nodes of its own, and answers as fast as they were.",
	App:   web.App(web.Replicas(1), web.RequestCPU("100m"), web.OnNodesWith(web.ForLabel, web.ForService)),
	Load:  suites.Steady(50),
	Fault: faults.BatchJob(web.ForLabel, web.ForBatch),
	Hold:  suites.Hold{For: 25 * time.Second, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.Burned("Job/"+faults.Batch, faults.BatchPods), suites.LatencyWithin(bearable), suites.NoRestart(), suites.NoLoss(),
	),
	Twin: suites.WithoutCare("a node of its own",
		faults.BatchJob(web.ForLabel, web.ForService), suites.LatencyWithin(bearable)),
	Needs: suites.Traits(suites.Capped),
	Lab:   batchApartLab,
	Blast: suites.Node,
	Tier:  suites.Certify,
}
