package controlplane

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// ControllerManagerDown stops the controller manager and deletes a pod.
var ControllerManagerDown = suites.Scenario{
	Name:  "controlplane/controller-manager-down",
	Why:   "Without controllers nobody makes a missing replica, and nobody takes a pod that is gone out of its Service.",
	App:   web.App(web.Replicas(3)),
	Load:  suites.Steady(50),
	Fault: faults.Then(faults.ControllerManagerStop(), faults.PodDelete(faults.OnePod)),
	Hold:  suites.Hold{For: 10 * time.Second, Settle: 90 * time.Second},
	Expect: suites.All(
		suites.MissingUntilUndone(), suites.NoOutage(), suites.Healed(),
	),
	Blast: suites.Cluster,
	Tier:  suites.Nightly,
}
