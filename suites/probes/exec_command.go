package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// ExecCommand has a probe by command succeed in one pod, fail in the next and hang
// past its time-out in the third. A command takes a while to start: it has two seconds.
var ExecCommand = suites.Scenario{
	Name: "probes/exec-command",
	Why:  "A command that fails and one that never ends must count the same, and one that succeeds must not count.",
	App: web.App(web.Replicas(3), web.LivenessExec(web.ReadyFile, web.Period(3*time.Second), web.Timeout(2*time.Second)),
		web.PreStopSleep(time.Second)),
	Load:   suites.NoLoad(),
	Fault:  faults.Troubles(faults.Sound, faults.FileGone, faults.FileHangs),
	Hold:   suites.Hold{For: 16 * time.Second, Heal: 30 * time.Second},
	Expect: suites.All(suites.LivenessAsModelled(), suites.Healed()),
	Blast:  suites.Namespace,
	Tier:   suites.Certify,
}
