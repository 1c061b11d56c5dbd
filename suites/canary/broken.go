package canary

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// NoOpFault has a fault that does nothing and says it did.
var NoOpFault = suites.Scenario{
	Name:   "canary/no-op-fault",
	Why:    "A fault without effect is the worst green there is.",
	App:    web.App(web.Replicas(2)),
	Load:   suites.Steady(50),
	Fault:  faults.NoOp(),
	Hold:   short,
	Expect: suites.All(suites.NoLoss(), suites.Healed()),
	Must:   invalid(judge.AssumeFault),
	Blast:  suites.Namespace,
	Tier:   suites.Smoke,
}

// SilentRetry has a client that retries broken connections without a word, while
// the pods of an app that does not drain are replaced.
var SilentRetry = suites.Scenario{
	Name:   "canary/silent-retry",
	Why:    "A client that retries behind our back hides the very breaks that we look for.",
	App:    web.App(web.Replicas(3), web.AnswerTime(100*time.Millisecond), web.NoPreStop(), web.DrainOnSIGTERM(0)),
	Load:   suites.Steady(50),
	Plant:  suites.Plant{HideRetries: true},
	Fault:  faults.Update(web.Version("v2")),
	Hold:   suites.Hold{Heal: 60 * time.Second},
	Expect: suites.All(suites.NoRetries(), suites.RolledOut()),
	Must:   fails("no-retries"),
	Blast:  suites.Namespace,
	Tier:   suites.Smoke,
}

// LeakyFault has a fault whose undo does not undo.
var LeakyFault = suites.Scenario{
	Name:   "canary/leaky-fault",
	Why:    "What a fault leaves behind breaks somebody else's day.",
	App:    web.App(web.Replicas(2)),
	Load:   suites.Steady(50),
	Fault:  faults.Leaky(),
	Hold:   suites.Hold{For: 2 * time.Second, Heal: 20 * time.Second},
	Expect: suites.All(suites.Healed()),
	Must:   fails(judge.InvariantResidue),
	Blast:  suites.Node,
	Tier:   suites.Smoke,
}

// GreenTwin has a twin that lacks nothing, and so passes.
var GreenTwin = suites.Scenario{
	Name:   "canary/green-twin",
	Why:    "A check that cannot fail shows nothing.",
	App:    web.App(web.Replicas(2)),
	Load:   suites.Steady(50),
	Fault:  faults.PodDelete(faults.OnePod),
	Hold:   suites.Hold{For: 3 * time.Second, Heal: 20 * time.Second},
	Expect: suites.All(suites.Replaced(), suites.Healed()),
	Twin:   suites.Without("nothing", suites.Changes(), suites.Replaced()),
	Must:   invalid(judge.FindingTwin),
	Blast:  suites.Namespace,
	Tier:   suites.Smoke,
}

// PanickingJudge has an expectation that panics.
var PanickingJudge = suites.Scenario{
	Name:   "canary/panicking-judge",
	Why:    "A judge that falls over must not have said PASS.",
	App:    web.App(web.Replicas(2)),
	Load:   suites.Steady(50),
	Hold:   short,
	Expect: suites.All(panics{}),
	Must:   invalid("panics"),
	Blast:  suites.Namespace,
	Tier:   suites.Smoke,
}

// panics is an expectation that falls over.
type panics struct{}

func (panics) Name() string                         { return "panics" }
func (panics) Judge(*history.History) judge.Finding { panic("planted") }
