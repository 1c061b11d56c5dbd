package pressure

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// asked is for how long the API server is asked, twenty times a second: of 1200 answers
// twelve may be late, so that one hiccup of the machine's disk is not yet a late hundredth.
const asked = time.Minute

// ControlPlaneCrowded has heavy pods want to run where the control plane does.
var ControlPlaneCrowded = suites.Scenario{
	Name:  "pressure/control-plane-crowded",
	Why:   "The taint of control-plane nodes is what keeps the API server's processor time its own.",
	App:   web.App(web.Replicas(2)),
	Load:  suites.Steady(50),
	Fault: faults.CrowdControlPlane(false, asked),
	Hold:  suites.Hold{Settle: 60 * time.Second},
	Expect: suites.All(
		suites.APIAnswersWithin(time.Second), suites.NeverPlaced("Job/"+faults.Batch, 4), suites.NoRestart(), suites.NoLoss(),
	),
	Twin:  suites.WithoutCare("the taint of the control plane", faults.CrowdControlPlane(true, asked), suites.APIAnswersWithin(time.Second)),
	Lab:   controlPlaneCrowdedLab,
	Blast: suites.Cluster,
	Tier:  suites.Nightly,
}
