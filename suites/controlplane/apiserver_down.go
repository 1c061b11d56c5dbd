package controlplane

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// APIServerDown stops the API server and kills a container meanwhile.
var APIServerDown = suites.Scenario{
	Name:  "controlplane/apiserver-down",
	Why:   "The API server is not in the way of traffic: what runs goes on, and each kubelet mends what is its own.",
	App:   web.App(web.Replicas(3), web.SpreadAcrossNodes()),
	Load:  suites.Steady(50),
	Fault: faults.Then(faults.APIServerStop(), faults.Settled(faults.ContainerKill{}, 4*time.Second)),
	Hold:  suites.Hold{For: 8 * time.Second, Settle: 120 * time.Second},
	Expect: suites.All(
		suites.TrafficUnharmed(), suites.RestartedWithoutAPI(), suites.Healed(),
	),
	Lab:   apiServerDownLab,
	Blast: suites.Cluster,
	Tier:  suites.Certify,
}
