package mutations

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/rollout"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// update is the one rollout of a new version with a mistake in it.
func update(changes ...workloads.Change) faults.Fault {
	return faults.Update(append([]workloads.Change{web.Version("v2")}, changes...)...)
}

// rollouts: what is rolled out, or how, is wrong.
var rollouts = []Mutation{
	{
		Name: "all-unavailable", In: rollout.RollingUpdate, Finding: "no-loss",
		Why:    "With maxUnavailable 100 % all old pods go before a new one serves.",
		Change: web.RollingUpdate(0, 3),
	},
	{
		Name: "recreate", In: rollout.RollingUpdate, Finding: "no-loss",
		Why:    "Strategy Recreate is an outage as long as a pod takes to start.",
		Change: web.Recreate(),
	},
	{
		Name: "one-replica-no-surge", In: rollout.RollingUpdate, Finding: "no-loss",
		Why:    "A single pod that must go before its successor comes leaves nobody.",
		Change: suites.Changes(web.Replicas(1), web.RollingUpdate(0, 1)),
	},
	{
		Name: "ready-too-early", In: rollout.RollingUpdate, Finding: "no-loss",
		Why:    "An app that says ready while it warms up gets requests that it cannot answer.",
		Change: suites.Changes(web.BootTime(0), web.WarmUp(5*time.Second), web.NoStartup(), web.Readiness(web.Live)),
	},
	{
		Name: "wrong-readiness-path", In: rollout.RollingUpdate, Finding: "rolled-out",
		Why:   "A readiness path that the new version does not have keeps it out of service for ever.",
		Fault: update(web.Readiness("/nowhere")),
	},
	{
		Name: "startup-too-short", In: rollout.RollingUpdate, Finding: "rolled-out",
		Why:   "A startup probe that gives less time than the boot takes kills each attempt.",
		Fault: update(web.BootTime(10*time.Second), web.StartupTiming(web.Failures(3))),
	},
	{
		Name: "startup-forgotten", In: rollout.RollingUpdate, Finding: "rolled-out",
		Why:   "Without a startup probe liveness kills a new version that boots longer than liveness waits.",
		Fault: update(web.BootTime(15*time.Second), web.NoStartup()),
	},
	{
		Name: "crash-at-start", In: rollout.RollingUpdate, Finding: "rolled-out",
		Why:   "A version that dies at start never takes over.",
		Fault: update(web.CrashAtStart(1)),
	},
	{
		Name: "too-much-memory-asked", In: rollout.RollingUpdate, Finding: "rolled-out",
		Why:   "A version that asks for more than any node has stays Pending.",
		Fault: update(web.MemoryRequest("4Ti")),
	},
	{
		Name: "image-not-there", In: rollout.RollingUpdate, Finding: "rolled-out",
		Why:   "A tag that nobody pushed never runs.",
		Fault: update(web.ImageTag("v9")),
	},
	{
		Name: "old-image-again", In: rollout.RollingUpdate, Finding: "versions-alternate",
		Why:   "A rollout of the old content under a new name changes nothing for users.",
		Fault: faults.Update(web.Env("BUILD", "2")),
	},
	{
		Name: "version-with-errors", In: rollout.RollingUpdate, Finding: "no-loss",
		Why:   "A version whose probes are fine and whose answers are not is rolled out to everybody.",
		Fault: update(web.ErrorRate(0.2)),
	},
	{
		Name: "version-too-slow", In: rollout.RollingUpdate, Finding: "no-loss",
		Why:   "A version that answers later than clients wait is down for them.",
		Fault: update(web.AnswerTime(2 * time.Second)),
	},
	{
		Name: "bad-image-all-unavailable", In: rollout.BadImage, Finding: "no-loss",
		Why:    "With maxUnavailable 100 % a version that cannot start takes the old one's place all the same.",
		Change: web.RollingUpdate(0, 3),
	},
	{
		Name: "rollover-all-unavailable", In: rollout.Rollover, Finding: "no-loss",
		Why:    "A version that never gets ready, rolled out over all pods at once, is an outage until the next one comes.",
		Change: web.RollingUpdate(0, 5),
	},
}
