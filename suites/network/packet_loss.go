package network

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// lossFor is how long each loss lasts: 600 slots on a lane of 50/s. One in a hundred packets
// needs more (rareFor): that none of 600 requests meets it is not beyond chance.
const (
	rareFor = 20 * time.Second
	lossFor = 12 * time.Second
)

// PacketLoss loses one, five and twenty of a hundred packets between two pods.
var PacketLoss = suites.Scenario{
	Name:  "network/packet-loss",
	Why:   "A little loss costs open connections 200 ms here and there, and new ones a whole second: retries hide the one and not the other.",
	App:   web.App(web.Replicas(1), web.WithCompanion()),
	Load:  suites.SteadyFrom(web.Companion, 50),
	Fault: faults.Then(lost(1), faults.Settled(lost(5), rareFor), faults.Settled(lost(20), lossFor)),
	Hold:  suites.Hold{For: lossFor, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.LossAsModelled(), suites.NoRestart(), suites.Healed(),
	),
	Blast: suites.Namespace,
	Tier:  suites.Nightly,
}

// lost loses so many of a hundred packets between the app's pod and its companion, from which
// the load comes.
func lost(percent int) faults.Fault { return faults.PacketLossBetween(percent, web.Companion) }
