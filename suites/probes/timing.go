package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// Timing holds the instants at which probes arrive against what their manifest says:
// at the start of two pods, and while one of them hangs for a while.
var Timing = suites.Scenario{
	Name: "probes/timing",
	Why:  "Every limit on downtime is computed from the probes' timings; they must be what the manifest says.",
	App: web.App(web.Replicas(2), web.WarmUp(3*time.Second),
		web.Startup(web.Started, web.Period(2*time.Second), web.Failures(10)),
		web.Readiness(web.Ready, web.InitialDelay(6*time.Second), web.Period(2*time.Second), web.Failures(2), web.Successes(2)),
		web.Liveness(web.Live, web.InitialDelay(8*time.Second), web.Period(4*time.Second), web.Timeout(3*time.Second))),
	Load: suites.NoLoad(),
	// Long enough for readiness to fail twice and for a liveness probe to time out,
	// too short for liveness to fail three times.
	Fault: faults.Hang(faults.OnePod, 9*time.Second),
	Hold:  suites.Hold{For: 16 * time.Second, Heal: 20 * time.Second},
	Expect: suites.All(
		suites.ProbePeriod(), suites.ProbeInitialDelay(), suites.ProbeTimeout(), suites.ProbeThresholds(), suites.StartupFirst(),
		suites.NoRestart(), suites.Healed(),
	),
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
