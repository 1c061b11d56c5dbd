package mutations

import (
	"time"

	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/probes"
	"github.com/seatrial/seatrial/workloads/web"
)

// probing: a probe asks the wrong thing, or draws the wrong conclusion.
var probing = []Mutation{
	{
		Name: "liveness-too-patient", In: probes.Deadlock, Finding: "healed",
		Why:    "A threshold of a hundred failures is a stuck pod for minutes.",
		Change: web.LivenessTiming(web.Failures(100)),
	},
	{
		Name: "liveness-too-rare", In: probes.Deadlock, Finding: "healed",
		Why:    "A liveness probe every five minutes finds a stuck pod after fifteen.",
		Change: web.LivenessTiming(web.Period(5 * time.Minute)),
	},
	{
		Name: "liveness-looks-at-a-file", In: probes.Deadlock, Finding: "restarted-by-liveness",
		Why:    "A probe that asks nobody does not notice that nobody answers.",
		Change: web.LivenessFile(web.ReadyFile),
	},
	{
		Name: "liveness-by-connection", In: probes.Deadlock, Finding: "restarted-by-liveness",
		Why:    "A probe that only connects is content with an app that takes connections and answers none.",
		Change: web.LivenessTCP(),
	},
	{
		Name: "liveness-on-readiness", In: probes.ReadinessFile, Finding: "no-restart",
		Why:    "Liveness that asks what readiness asks restarts a pod that only wanted to be left alone.",
		Change: web.LivenessFile(web.ReadyFile),
	},
	{
		Name: "wrong-liveness-path", In: probes.SlowStart, Finding: "no-loss",
		Why:   "A liveness path that the new version does not have restarts pods that are well, again and again.",
		Fault: update(web.Liveness("/nowhere")),
	},
	{
		Name: "liveness-on-dependency", In: probes.DependencyDown, Finding: "others-untouched",
		Why:    "Liveness that asks a backend restarts the app when the backend is down.",
		Change: web.LivenessOnBackend(),
	},
	{
		Name: "readiness-never-fails", In: probes.ReadinessFile, Finding: "left-endpoints",
		Why:    "A readiness probe on a path that always answers keeps a pod in service that says it cannot serve.",
		Change: web.Readiness(web.Live),
	},
	{
		Name: "readiness-too-patient", In: probes.ReadinessFile, Finding: "left-endpoints",
		Why:    "Sixty failures allowed is a minute of errors.",
		Change: web.ReadinessTiming(web.Failures(60)),
	},
	{
		Name: "not-ready-published", In: probes.ReadinessFile, Finding: "left-endpoints",
		Why:    "A Service that publishes addresses which are not ready makes readiness pointless.",
		Change: web.PublishNotReady(),
	},
	{
		Name: "liveness-elsewhere", In: probes.Live404, Finding: "live-codes",
		Why:    "Liveness on another path does not see what the app says of itself.",
		Change: web.Liveness(web.Started, web.Period(time.Second)),
	},
	{
		Name: "liveness-threshold", In: probes.Live404, Finding: "live-codes",
		Why:    "Thirty failures allowed: nobody is restarted for a while.",
		Change: web.LivenessTiming(web.Failures(30)),
	},
	{
		Name: "readiness-while-warming", In: probes.SlowStart, Finding: "not-before-ready",
		Why: "A pod that is ready by its probe before it can serve gets requests all the same.",
		Change: suites.Changes(web.BootTime(0), web.WarmUp(10*time.Second), web.NoStartup(),
			web.Readiness(web.Live), web.LivenessTiming(web.Failures(30))),
	},
}
