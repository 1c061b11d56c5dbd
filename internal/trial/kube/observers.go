package kube

import (
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/observe"
	"github.com/seatrial/seatrial/internal/trial"
	"github.com/seatrial/seatrial/workloads"
)

// logLimit bounds what is kept of one container's log.
const logLimit = 4 << 20

// blindAfter is how long after "steady" a blindfolded observer goes blind: before
// anything is broken.
const blindAfter = time.Second

// Observers are the API's watches, the app's own log, the nodes' runtimes, the
// routes to Services, the collector of what the containers print, and where it can be read the kernel's log.
func (r *runner) Observers(p trial.Plan) []observe.Observer {
	client, namespace := r.Cluster.Client, p.Namespace()
	all := observe.API(client, namespace)
	all = append(all,
		observe.AppLog(client, namespace, workloads.LabelName+"="+p.App.Name, observe.ThroughAPI(client, namespace, p.App.Name)),
		observe.Logs(client, namespace, observe.PodLogs(client, namespace), r.Logs, logLimit),
	)
	if r.Cluster.Feed != nil {
		all = append(all, r.Cluster.Feed.Observer())
	}
	if r.Cluster.Routes != nil {
		all = append(all, r.Cluster.Routes.ObserverOf(func(i history.Interval) bool {
			return strings.HasPrefix(i.Attrs[history.AttrService], namespace+"/")
		}))
	}
	if kernel, ok := observe.KernelLog(observe.KernelLogPath); ok && !r.Cluster.Foreign {
		all = append(all, kernel)
	}
	for i, o := range all {
		if p.Plant.Blindfold != "" && o.Name() == p.Plant.Blindfold {
			all[i] = observe.Blindfold(o, blindAfter)
		}
	}
	return all
}
