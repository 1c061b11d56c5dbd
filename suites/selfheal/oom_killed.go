package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// OOMKilled has one of three pods allocate past its memory limit.
var OOMKilled = suites.Scenario{
	Name:  "selfheal/oom-killed",
	Why:   "A container that eats its memory must be restarted in place, and nobody beside it may suffer.",
	App:   web.App(web.Replicas(3), web.MemoryLimit("64Mi"), web.WithCompanion()),
	Load:  suites.Steady(50),
	Fault: faults.OOM(faults.Beside(web.Companion)),
	Hold:  suites.Hold{For: 3 * time.Second, Heal: 25 * time.Second},
	Expect: suites.All(
		suites.OOMKilled(), suites.NoOutage(), suites.DowntimeAsModelled(),
		suites.OthersUntouched(), suites.CompanionsUntouched(), suites.Healed(),
	),
	Twin:  suites.Without("second replica", suites.Changes(web.Replicas(1), web.BootTime(3*time.Second)), suites.NoOutage()),
	Lab:   oomKilledLab,
	Blast: suites.Namespace,
	Tier:  suites.Smoke,
}
