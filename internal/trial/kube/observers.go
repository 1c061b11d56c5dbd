package kube

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/seatrial/seatrial/internal/observe"
	"github.com/seatrial/seatrial/internal/trial"
	"github.com/seatrial/seatrial/workloads"
)

// logLimit bounds what is kept of one container's or one node's log.
const logLimit = 4 << 20

// blindAfter is when a blindfolded observer goes blind: after the app has
// started, long before the trial ends.
const blindAfter = 5 * time.Second

// Observers are the API's watches, the app's own log, the nodes' runtimes, and
// the collector of what the containers print.
func (r *runner) Observers(p trial.Plan) []observe.Observer {
	client, namespace := r.Cluster.Client, p.Namespace()
	all := observe.API(client, namespace)
	all = append(all,
		observe.AppLog(client, namespace, workloads.LabelName+"="+p.App.Name, observe.ThroughAPI(client, namespace, p.App.Name)),
		observe.Runtime(r.Cluster.Stream, r.Cluster.Workers...),
		observe.Logs(client, namespace, observe.PodLogs(client, namespace), r.Logs, logLimit),
	)
	for i, o := range all {
		if p.Plant.Blindfold != "" && o.Name() == p.Plant.Blindfold {
			all[i] = observe.Blindfold(o, blindAfter)
		}
	}
	return all
}

// Collect saves the nodes' own logs of the time of the trial.
func (r *runner) Collect(ctx context.Context, _ trial.Plan) error {
	ctx, cancel := context.WithTimeout(ctx, collectLimit)
	defer cancel()
	err := observe.SaveNodeLogs(ctx, r.Cluster.Stream, r.Cluster.Workers, r.began, r.Logs, logLimit)
	if err == nil {
		return nil
	}
	// A node that is gone has no log to give: evidence for people is missing, the record is not.
	note := filepath.Join(r.Logs, "MISSING")
	if noteErr := os.WriteFile(note, []byte(err.Error()+"\n"), 0o644); noteErr != nil {
		return errors.Join(fmt.Errorf("save the nodes' logs: %w", err), noteErr)
	}
	return nil
}
