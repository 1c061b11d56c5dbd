// Package trial runs one experiment from start to finish: deploy, arm, load,
// steady, fault, undo, drain. It records and decides nothing; the record it
// leaves is for the judge.
package trial

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads"
)

// A Plan is one experiment, resolved: a scenario as it stands, or its twin.
type Plan struct {
	Scenario string // topic/name
	Variant  string // "" or "twin"
	App      workloads.App
	Fault    faults.Fault // nil: nothing is broken
	Load     suites.Load
	Hold     suites.Hold
	Blast    suites.Blast // what it may disturb, and answers for
	Plant    suites.Plant // defects of our own, in canaries only
	Evicts   bool         // the app heals only once a lost node's pods have been evicted
	Rolls    bool         // and a rollout that waits for that is to be complete
	Seed     int64
	RunID    string
	Target   string // the node, or the pod, that the fault is to hit; "": whatever the seed says
	Replay   string // the command line that repeats the trial
	// Pause is called between steady and fault, for as long as a person thinks;
	// nil: no pause. The trial's load goes on meanwhile.
	Pause func() error
	// Measured is called when the app stands, and returns once its load may start. What
	// it returns is called when the load has stopped, and returns once the app may be removed.
	// Both return at once when the context has ended. nil: nothing is waited for.
	Measured func(context.Context) (end func(context.Context))
	// Turn is waited for before the deed, so that nothing heavy begins around it
	// that can be put off: the trials of others starting their pods. What it returns
	// gives the turn back. nil: no turn is needed.
	Turn func(context.Context) (done func())
}

// Of resolves a scenario into the plan of its trial, or of its twin.
func Of(s suites.Scenario, twin bool, seed int64, runID string) Plan {
	p := Plan{Scenario: s.Name, App: s.App, Fault: s.Fault, Load: s.Load, Hold: s.Hold, Blast: s.Blast, Plant: s.Plant, Rolls: s.Expects(suites.RolledOutElsewhere()), Seed: seed, RunID: runID}
	p.Evicts = p.Rolls || s.Expects(suites.Evicted())
	if twin {
		p.Variant = "twin"
		p.App = s.App.With(s.Twin.Change...)
		if s.Twin.Fault != nil {
			p.Fault = s.Twin.Fault
		}
	}
	return p
}

// Title names the trial for people and for directories: "probes/deadlock.twin".
func (p Plan) Title() string {
	if p.Variant == "" {
		return p.Scenario
	}
	return p.Scenario + "." + p.Variant
}

var notName = regexp.MustCompile(`[^a-z0-9-]+`)

// Namespace is the trial's own namespace: a valid DNS label that says whose it is.
//
//	probes/deadlock.twin of run 7f3a -> "st-7f3a-probes-deadlock-twin"
func (p Plan) Namespace() string {
	name := "st-" + p.RunID + "-" + notName.ReplaceAllString(strings.ToLower(p.Title()), "-")
	if len(name) <= 63 {
		return name
	}
	sum := fnv.New32a()
	sum.Write([]byte(name))
	return fmt.Sprintf("%s-%08x", name[:54], sum.Sum32())
}

// Rand is the trial's own source of chance: the same for the same seed, name and
// variant, whatever else runs.
func (p Plan) Rand() *rand.Rand {
	sum := fnv.New64a()
	sum.Write([]byte(p.Title()))
	return rand.New(rand.NewPCG(uint64(p.Seed), sum.Sum64()))
}

// Longest is how long after a deed begins it is undone at the latest: first its effect
// is waited for, then it is left in place.
func (p Plan) Longest() time.Duration { return p.seenWithin() + p.Hold.For + p.Hold.Heal }

// seenWithin is how long the effect is waited for, and what the fault does by design
// after it was seen.
func (p Plan) seenWithin() time.Duration {
	if p.Fault == nil {
		return seenLimit
	}
	return seenLimit + faults.Lasts(p.Fault)
}

// Limits of a trial. They bound waiting for what should have happened long
// before; nothing is measured against them.
const (
	deployLimit = 2 * time.Minute // image present, pods small: 3 s when all is well
	armLimit    = 30 * time.Second
	warmLimit   = 20 * time.Second
	seenLimit   = 2 * time.Minute // a fault that is not seen by then has no effect
	undoLimit   = 2 * time.Minute // as one undo step may take
	drainLimit  = 30 * time.Second
)

// steadyFor is how long a trial must have been steady before anything is broken:
// enough slots at 50/s for every endpoint to be reached on every lane.
const steadyFor = 3 * time.Second

// The generator must not have stood still for the last calmMachine before a deed,
// as far as that can be waited for: a machine that is always that busy is for the
// judge to find. Nor does another trial begin with anything heavy for as long after it.
// Both are the span around a deed in which the judge looks at stalls.
const (
	calmMachine  = time.Second
	calmPatience = 15 * time.Second
)

// calmFor is how long an app must answer without an error to count as healed.
// It exceeds the meter's time-out of 900 ms, so that no failure is still in flight.
const calmFor = 2 * time.Second
