package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// OneOfTwoContainers kills one container of a pod of two, and deletes the pod when
// all is well again.
var OneOfTwoContainers = suites.Scenario{
	Name: "selfheal/one-of-two-containers",
	Why:  "Containers of a pod die alone and go together: what they share must outlive the one and not the other.",
	App:  web.App(web.Replicas(1), web.NoPreStop(), web.DrainOnSIGTERM(time.Second), web.Grace(4*time.Second), web.WithSidecar()),
	Load: suites.NoLoad(),
	Fault: faults.Then(
		faults.ContainerKill{Signal: "KILL", Container: web.Name},
		faults.OnceReady(faults.Kubectl("exec POD --container="+web.SidecarName+" -- /"+web.Name+" exists "+web.EventLog)),
		faults.Settled(faults.PodDelete(faults.OnePod), time.Second),
	),
	// The grace period, and a while for the pod's object to go.
	Hold: suites.Hold{For: 12 * time.Second, Heal: 25 * time.Second},
	Expect: suites.All(
		suites.RestartedInPlace(), suites.SiblingUntouched(), suites.VolumeKept(), suites.ContainersGone(), suites.Healed(),
	),
	Lab:   oneOfTwoContainersLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
