package mutations

import (
	"time"

	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/rollout"
	"github.com/seatrial/seatrial/workloads/web"
)

// shutdown: an old pod goes before its users have.
var shutdown = []Mutation{
	{
		Name: "no-pre-stop", In: rollout.RollingUpdate, Finding: "no-loss",
		Why:    "Requests still come by routes that are not gone yet, and nobody listens any more.",
		Change: suites.Changes(web.NoPreStop(), web.DrainOnSIGTERM(0)),
	},
	{
		Name: "exit-without-drain", In: rollout.GracefulTermination, Finding: "no-loss",
		Why:    "The pause before SIGTERM empties the routes, but open connections break in mid-answer.",
		Change: web.DrainOnSIGTERM(0),
	},
	{
		Name: "sigterm-ignored", In: rollout.GracefulTermination, Finding: "no-loss",
		Why:    "A server that ignores SIGTERM goes on with its connections until it is killed in mid-answer.",
		Change: suites.Changes(web.IgnoreSIGTERM(true), web.Grace(5*time.Second)),
	},
}
