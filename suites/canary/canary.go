// Package canary plants defects in the suite itself, to show that each is found.
// A canary that does not end as planted is a FAIL of the suite.
package canary

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// short is as long as a canary needs to be: the defect is there from the start.
var short = suites.Hold{For: 2 * time.Second}

func invalid(finding string) suites.Must { return suites.Must{Status: judge.Invalid, Finding: finding} }
func fails(finding string) suites.Must   { return suites.Must{Status: judge.Fail, Finding: finding} }

// StarvedLoad has a load generator that cannot reach its rate.
var StarvedLoad = suites.Scenario{
	Name:   "canary/starved-load",
	Why:    "Half the load finds half the outages, and reports the rest as good.",
	App:    web.App(web.Replicas(2)),
	Load:   suites.Steady(50),
	Plant:  suites.Plant{Throttle: 40},
	Hold:   short,
	Expect: suites.All(suites.NoLoss()),
	Must:   invalid(judge.AssumeRate),
	Blast:  suites.Namespace,
	Tier:   suites.Smoke,
}

// LostWatch has the watch of the EndpointSlices go blind where no fault declared
// it, while a pod is deleted and another comes.
var LostWatch = suites.Scenario{
	Name:   "canary/lost-watch",
	Why:    "What nobody watched cannot be said to have stayed whole.",
	App:    web.App(web.Replicas(2)),
	Load:   suites.Steady(50),
	Plant:  suites.Plant{Blindfold: "endpoints"},
	Fault:  faults.PodDelete(faults.OnePod),
	Hold:   suites.Hold{For: 3 * time.Second, Heal: 20 * time.Second},
	Expect: suites.All(suites.Replaced(), suites.Healed()),
	Must:   invalid(judge.AssumeWatches),
	Blast:  suites.Namespace,
	Tier:   suites.Smoke,
}

// stall is for how long the load generator is stopped.
const stall = 500 * time.Millisecond

// TesterStall stops the load generator's process for half a second: the tester's
// own trouble, which must be flagged and must not be reported as downtime.
var TesterStall = suites.Scenario{
	Name:   "canary/tester-stall",
	Why:    "A tester that stands still must not blame the app for it.",
	App:    web.App(web.Replicas(2)),
	Load:   suites.Steady(50),
	Plant:  suites.Plant{Stall: stall},
	Hold:   suites.Hold{For: 8 * time.Second}, // a tenth of the slots may fall into stalls, not more
	Expect: suites.All(suites.StallFlagged(stall), suites.NoLoss()),
	Blast:  suites.Namespace,
	Tier:   suites.Smoke,
}

// NeverSteady has an app that fails 4 % of its requests before anything is broken: four a
// second, so that three seconds without one are not to be had.
var NeverSteady = suites.Scenario{
	Name:   "canary/never-steady",
	Why:    "An app that was ill before cannot be said to have been broken by the fault.",
	App:    web.App(web.Replicas(2), web.ErrorRate(0.04)),
	Load:   suites.Steady(50),
	Hold:   short,
	Expect: suites.All(suites.NoRestart()),
	Must:   invalid(judge.AssumeSteady),
	Blast:  suites.Namespace,
	Tier:   suites.Smoke,
}
