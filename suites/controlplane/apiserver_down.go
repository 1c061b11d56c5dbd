package controlplane

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// APIServerDown stops the API server. Meanwhile a kubelet ends another app's pod, whose
// deadline passes, and a container is killed: the one needs others to be replaced, the
// other only its kubelet to be started again.
var APIServerDown = suites.Scenario{
	Name: "controlplane/apiserver-down",
	Why:  "The API server is not in the way of traffic: what runs goes on, and each kubelet mends what is its own.",
	App:  web.App(web.Replicas(3), web.SpreadAcrossNodes(), web.WithCompanion()),
	Load: suites.Steady(50),
	Fault: faults.Then(
		// The API server takes all of its grace period of 30 s to end.
		faults.Expiring(faults.APIServerStop(), faults.OneOf(web.Companion), 50*time.Second),
		faults.ContainerKill{Choose: faults.Beside(web.Companion)},
	),
	Hold: suites.Hold{For: 8 * time.Second, Settle: 180 * time.Second},
	Expect: suites.All(
		suites.TrafficUnharmed(), suites.RestartedWithoutAPI(), suites.MissingUntilUndone(), suites.Healed(),
	),
	Lab:   apiServerDownLab,
	Blast: suites.Cluster,
	Tier:  suites.Certify,
}
