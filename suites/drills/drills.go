// Package drills makes an experiment of a fault by itself: it is injected, seen by a
// sensor other than the injector, left in place, undone, and nothing of it stays behind.
package drills

import (
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
	"github.com/seatrial/seatrial/workloads/web"
)

// as names the scenario whose app a fault needs to have any effect, where the app as it
// comes will not do.
var as = map[string]string{
	"pod/create":               "probes/as-printed",
	"app/crash-at-start":       "selfheal/crash-loop",
	"app/flood":                "probes/probe-port-apart",
	"app/leak":                 "selfheal/periodic-leak",
	"app/slow-start":           "probes/startup-holds-off", // without its startup probe it would crash for ever
	"app/live-code":            "probes/live-404",
	"app/readiness-file":       "probes/readiness-file",
	"app/dependency-down":      "probes/dependency-down",
	"network/partition":        "network/partition",
	"rollout/second-update":    "rollout/rollover",
	"rollout/switch":           "rollout/blue-green",
	"rollout/stuck-readiness":  "rollout/stuck-readiness",
	"rollout/quota":            "rollout/stuck-quota",
	"rollout/limit-range":      "rollout/stuck-limit-range",
	"rollout/permission":       "rollout/stuck-permission",
	"rollout/misconfig":        "rollout/stuck-misconfig",
	"rollout/canary":           "rollout/canary-share",
	"rollout/recreate-by-hand": "rollout/manual-replace",
	"rollout/oom":              "rollout/oom-mid-rollout",
	"config/change":            "rollout/config-change",
	"image/same-tag":           "rollout/same-tag",
	"pressure/disk-full":       "pressure/disk-full",
	"pressure/image-bloat":     "pressure/image-bloat",
	"pressure/bigger-disk":     "pressure/bigger-disk",
	"pressure/disk-hog":        "pressure/ephemeral-limit",
	"pressure/cpu-hog":         "pressure/cpu-hog",
	"pressure/memory-hog":      "pressure/memory-hog",
	"pressure/node-memory":     "pressure/memory-eviction",
	"pressure/fork-bomb":       "pressure/pid-exhaustion",
	"pressure/batch-job":       "nodes/batch-apart",
}

// loaded are those that have no effect unless somebody asks the app for something: their
// drills have the load of that scenario too.
var loaded = map[string]bool{"app/flood": true}

// after names what must have been done before a fault finds anything to do.
var after = map[string]faults.Fault{
	"rollout/resume": faults.Pause(),
	"rollout/undo":   faults.Update(web.Version("v2")),
	"node/untaint":   faults.NodeTaint("seatrial.dev/closed"), // not one that its controller takes off by itself
	"pod/adopt":      faults.Relabel("app.kubernetes.io/component", "debug", faults.OnePod),
}

// back is how long the app is given to come back once the fault is undone.
const back = 2 * time.Minute

// All makes a drill of every fault that there is, each in place for the hold.
func All(hold time.Duration) []suites.Scenario {
	var all []suites.Scenario
	for _, f := range faults.All() {
		all = append(all, Of(f, hold))
	}
	return all
}

// Of makes a drill of one fault.
func Of(f faults.Fault, hold time.Duration) suites.Scenario {
	card := f.Card()
	s := suites.Scenario{
		Name: Name(card.Name), Why: card.Breaks, App: web.App(web.Replicas(3)), Fault: f,
		Load: suites.NoLoad(), Hold: suites.Hold{For: hold, Settle: back}, Expect: suites.All(suites.Undone()),
		Blast: blastOf(card.Name), Tier: suites.Nightly,
	}
	if of := scenario(as[card.Name]); of != nil {
		s.App, s.Fault, s.Needs = of.App, faults.First(of.Fault), of.Needs
		if loaded[card.Name] {
			s.Load = of.Load
		}
	}
	if first := after[card.Name]; first != nil {
		s.Fault = faults.Then(first, faults.AfterRollout(f))
	}
	return s
}

// Name is what the drill of a fault is called: "inject/node-kill".
func Name(fault string) string { return "inject/" + strings.ReplaceAll(fault, "/", "-") }

func scenario(name string) *suites.Scenario {
	all := catalogue.All()
	n := slices.IndexFunc(all, func(s suites.Scenario) bool { return s.Name == name })
	if n < 0 {
		return nil
	}
	return &all[n]
}

// blastOf is what the fault may disturb, by its family: a new one is added here, or a test
// says so.
func blastOf(fault string) suites.Blast {
	switch family, _, _ := strings.Cut(fault, "/"); family {
	case "controlplane", "dns":
		return suites.Cluster
	case "node", "zone", "pressure":
		return suites.Node
	}
	return suites.Namespace
}
