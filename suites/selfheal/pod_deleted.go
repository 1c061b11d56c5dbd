// Package selfheal asks whether the app comes back by itself.
package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// PodDeleted deletes one of three pods.
var PodDeleted = suites.Scenario{
	Name:  "selfheal/pod-deleted",
	Why:   "A pod that somebody deletes must be replaced without anybody noticing.",
	App:   web.App(web.Replicas(3)),
	Load:  suites.Steady(50),
	Fault: faults.PodDelete(faults.OnePod),
	Hold:  suites.Hold{For: 5 * time.Second, Heal: 25 * time.Second},
	Expect: suites.All(
		suites.Replaced(), suites.DowntimeAsModelled(), suites.OthersUntouched(), suites.Healed(),
	),
	Twin:  suites.Without("owner", web.Bare(), suites.Replaced()),
	Lab:   podDeletedLab,
	Blast: suites.Namespace,
	Tier:  suites.Smoke,
}
