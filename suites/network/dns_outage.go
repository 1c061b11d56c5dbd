package network

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// DNSOutage kills every process of the cluster's DNS.
var DNSOutage = suites.Scenario{
	Name:  "network/dns-outage",
	Why:   "Whoever calls by name depends on DNS for every new connection; with its replicas killed the names must be back in seconds, with one replica on a lost node they are not.",
	App:   web.App(web.Replicas(2), web.AllOnOneNode(), web.CallsByName()),
	Load:  suites.SteadyByName(50, web.Named),
	Fault: faults.DNSKill(),
	Hold:  suites.Hold{For: 5 * time.Second, Heal: 85 * time.Second, Settle: 90 * time.Second},
	Expect: suites.All(
		suites.NamesHeal(), suites.NoLoss("fresh", "reused"), suites.NoRestart(), suites.Healed(),
	),
	Twin:  suites.WithoutCare("a second replica", faults.DNSNodeLost(), suites.NamesHeal()),
	Blast: suites.Cluster,
	Tier:  suites.Nightly,
}
