// Package suites holds the questions: "does X survive Y?". One folder is one
// topic, one file one scenario. A scenario is a value: no loops, no clients, no
// error handling. If it needs code, a fault, an app knob or an expectation is missing.
package suites

import (
	"slices"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/judge"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// A Scenario is one question, put as an experiment.
type Scenario struct {
	Name   string // topic/name; final
	Why    string // why anybody should care, one sentence
	App    workloads.App
	Load   Load
	Fault  faults.Fault
	Hold   Hold // how long the break is left in place; zero: until the expectation is settled
	Expect []judge.Expectation
	Twin   *Twin // nil: a property that needs no protection
	Needs  []kindconfigs.Trait
	Blast  Blast
	Tier   Tier
	Must   Must  // how it must end, for canaries; zero: PASS
	Plant  Plant // a defect of the tester's own; canaries only
	Lab    *Lab  // nil: no lab
}

// Expects reports whether an expectation of that name is among the scenario's.
func (s Scenario) Expects(one judge.Expectation) bool {
	return slices.ContainsFunc(s.Expect, func(e judge.Expectation) bool { return e.Name() == one.Name() })
}

// A Twin is the same trial with the protection taken out. Its Finding must FAIL.
type Twin struct {
	Without string             // what was taken out, "liveness probe"
	Change  []workloads.Change // on the app
	Fault   faults.Fault       // instead of the scenario's; nil: the same
	Expect  judge.Expectation  // the finding that must FAIL
}

// Blast is what a trial may disturb.
type Blast string

// What a trial may disturb, from least to most.
const (
	Namespace Blast = "ns"      // its own namespace; may run beside others
	Node      Blast = "node"    // takes nodes for itself
	Cluster   Blast = "cluster" // runs alone
)

// Tier says how often a scenario is run. Each tier includes those before it.
type Tier string

// The tiers.
const (
	Smoke   Tier = "smoke"
	Certify Tier = "certify"
	Nightly Tier = "nightly"
)

// Load is what is driven at the app while it is broken: the same rate on each lane.
type Load struct {
	Rate    int           // requests per second on each lane
	Timeout time.Duration // from the due instant; 0: 900 ms
	Path    string        // "/" unless said otherwise
	Named   string        // what a third lane, history.LaneNamed, asks for; "": there is none
	From    string        // the component from whose pod it is sent, as that pod would; "": from the control plane's node
}

// Hold says for how long the fault is left in place.
type Hold struct {
	// For is how long the break is left alone, whatever happens.
	For time.Duration
	// Heal is how long the app is given after that to heal by itself. The wait
	// ends as soon as it has; a twin that never heals uses all of it.
	Heal time.Duration
	// Settle is the same after the undo: how long the app is given to come back
	// when what broke it is gone.
	Settle time.Duration
}

// A Plant is a defect of the tester's own, for the canaries that show that it
// would be found. The zero Plant is none.
type Plant struct {
	Throttle    int           // the generator sends at most this many requests per second
	Stall       time.Duration // the generator's process is stopped for so long after steady
	HideRetries bool          // the client retries broken connections unseen
	Blindfold   string        // the observer of this name goes blind after steady
}

// Must is how a canary has to end: with this status, for this reason.
type Must struct {
	Status  judge.Status
	Finding string // the finding or assumption that must be the red one
}

// MustFail says that a planted defect is to be found, by the FAIL of this finding.
func MustFail(finding string) Must { return Must{Status: judge.Fail, Finding: finding} }

// Lab is what a learner is told and asked about a scenario. The answer is graded
// by what was measured, not by what a book says.
type Lab struct {
	Finding string             // whose measured value is asked for, "restarted-by-liveness"
	Choices []Range            // the choices, in order; one text for each in every language
	Counts  []Count            // instead of Choices, where the finding is about a number: "no-loss"
	Text    map[string]LabText // by language: "en", "ko"
}

// A Count is a choice: the number lies in [From, To]. A To below From has no end.
//
//	Count{0, 0} none, Count{1, 9}, Count{10, -1} ten and more
type Count struct{ From, To int }

// Holds reports whether n is one of those.
func (c Count) Holds(n int) bool { return n >= c.From && (c.To < c.From || n <= c.To) }

// Answers is how many choices a learner has.
func (l *Lab) Answers() int { return max(len(l.Choices), len(l.Counts)) }

// Range is a choice: the measured value lies in [From, To). A To of zero has no end.
type Range struct{ From, To time.Duration }

// Holds reports whether the range holds d.
func (r Range) Holds(d time.Duration) bool { return d >= r.From && (r.To == 0 || d < r.To) }

// WatchEndpoints is a line of LabText.Look that shows which pods are endpoints and which of
// them are ready: kubectl's own columns list every address, ready or not.
const WatchEndpoints = `kubectl get endpointslices -o custom-columns='SLICE:.metadata.name,PODS:.endpoints[*].targetRef.name,READY:.endpoints[*].conditions.ready' --watch`

// LabText is a lab in one language.
type LabText struct {
	Title    string
	Story    string   // what the learner sees before anything breaks
	Look     string   // command lines to type meanwhile
	Question string   // what will happen?
	Choices  []string // as many as the lab's Choices or Counts
	Explain  string   // why it happened
}
