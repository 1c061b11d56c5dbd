package nodes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// ZoneLost cuts the power of both workers of a zone.
var ZoneLost = suites.Scenario{
	Name:  "nodes/zone-lost",
	Why:   "Zones fail as a whole; pods that are spread across them keep the service through it.",
	App:   web.App(web.Replicas(4), web.SpreadAcrossZones()),
	Load:  suites.Steady(50),
	Fault: faults.ZoneKill(),
	Hold:  suites.Hold{For: 5 * time.Second, Heal: 90 * time.Second, Settle: 90 * time.Second},
	Expect: suites.All(
		suites.NodeNotReady(), suites.Evicted(), suites.ReplacedElsewhere(), suites.NoOutage(), suites.DowntimeAsModelled(), suites.Healed(),
	),
	Twin: suites.Without("spread across zones",
		suites.Changes(web.AllOnOneNode(), web.BootTime(5*time.Second), web.Startup(web.Started, web.Failures(30))), suites.NoOutage()),
	Blast: suites.Node,
	Tier:  suites.Nightly,
}
