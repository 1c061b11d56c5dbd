// Package controlplane asks what the loss of a part of the control plane costs.
package controlplane

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// SchedulerDown stops the scheduler and deletes a pod.
var SchedulerDown = suites.Scenario{
	Name:  "controlplane/scheduler-down",
	Why:   "Without a scheduler nothing that runs is touched, and nothing that is new gets a node.",
	App:   web.App(web.Replicas(3)),
	Load:  suites.Steady(50),
	Fault: faults.Then(faults.SchedulerStop(), faults.PodDelete(faults.OnePod)),
	Hold:  suites.Hold{For: 10 * time.Second, Settle: 90 * time.Second},
	Expect: suites.All(
		suites.PendingUntilUndone(), suites.NoLoss(), suites.Healed(),
	),
	Blast: suites.Cluster,
	Tier:  suites.Nightly,
}
