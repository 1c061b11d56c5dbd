package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// GRPCService has a gRPC health check say SERVING in one pod, NOT_SERVING in the
// next and nothing in the third.
var GRPCService = suites.Scenario{
	Name: "probes/grpc-service",
	Why:  "A service that says it is not serving, and one that says nothing, must be restarted; one that serves must not.",
	App: web.App(web.Replicas(3), web.LivenessGRPC(web.Period(time.Second)),
		web.PreStopSleep(time.Second)),
	Load:   suites.NoLoad(),
	Fault:  faults.Troubles(faults.Sound, faults.NotServing, faults.Hanging),
	Hold:   suites.Hold{For: 10 * time.Second, Heal: 30 * time.Second},
	Expect: suites.All(suites.LivenessAsModelled(), suites.Healed()),
	Blast:  suites.Namespace,
	Tier:   suites.Certify,
}
