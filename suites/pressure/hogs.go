package pressure

import (
	"time"

	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// bearable is what the users of a service bear, of 99 of 100 answers: ten times what
// they wait for the app on a node that has processor time to spare.
const bearable = 50 * time.Millisecond

// onService puts pods on the worker that is for services.
func onService() workloads.Change { return web.OnNodesWith(web.ForLabel, web.ForService) }

// beside is an app of so many replicas on the worker for services, and a hog with it.
func beside(replicas int32, hog ...workloads.Change) workloads.App {
	return web.App(web.Replicas(replicas), web.RequestCPU("100m"), onService(), web.WithHog(hog...))
}

var capped = suites.Traits(suites.Capped)
