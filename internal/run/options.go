// Package run runs a selection of scenarios: it provides what they need (Docker,
// images, clusters, journal, guardian), has the trials run side by side as far as
// they may, has them judged, and leaves a run directory and nothing else behind.
package run

import (
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/suites"
)

// Options say what to run and how. The zero value of a field is its ordinary choice.
type Options struct {
	Scenarios   []suites.Scenario
	Place       string        // run everything there; "" is the first place that can host the scenario
	OwnTimers   bool          // Kubernetes' own timers, where a place with them can host the scenario
	Version     string        // of Kubernetes; "" is the node images' default
	Seed        int64         // all chance comes from it; 0: by the clock
	Repeat      int           // how many times; 0 is once
	Parallel    int           // how many trials at once on one cluster; 0 is defaultParallel
	Keep        bool          // keep the clusters
	KeepFailed  bool          // keep the clusters if anything but PASS came out
	Target      string        // the node, or the pod, that faults are to hit; "": whatever the seed says
	Deadline    time.Duration // start nothing after so long; 0 is never
	AllowSkip   []string      // scenarios that may be skipped
	WithoutTwin bool
	Out         string   // the run directory; "" is one under seatrial-runs
	Cluster     string   // use this cluster of ours that exists, and keep it
	Foreign     *Foreign // use this cluster, which we did not make
	CommandLine []string // does the same anew, but for the seed, which the run adds
	// Alone is the command line that repeats the trial of one scenario; nil: seatrial run
	// with its name.
	Alone func(scenario string) string
	// Pause holds each trial between steady and fault; for the lab.
	Pause func(Held) error
}

// Held is a trial that is held before its break. Node is one of its cluster's from whose
// shell kubectl works, "" where the cluster is not ours.
type Held struct{ Cluster, Namespace, Kubeconfig, Node string }

// defaultParallel is how many trials share a cluster on two cores before the null
// run beside them is disturbed.
const defaultParallel = 3

// A Viewer is told how the run goes on. Its methods are called by several trials at once.
type Viewer interface {
	// Say is a line of talk: what is being prepared, what went wrong.
	Say(text string)
	// Working is work that takes long, called about once a second while it lasts.
	Working(host.Step)
	// Phase is told when a trial enters a phase.
	Phase(title string, phase history.Phase, detail string)
	// Traffic is told about once a second what a trial's meter has counted so far.
	Traffic(title string, requests, errors int)
	// Ended is told the verdict on a scenario, its twin included.
	Ended(t judge.Trial)
}
