package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/access"
	"github.com/seatrial/seatrial/internal/agent/deploy"
	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/stop"
	"github.com/seatrial/seatrial/internal/trial/kube"
	"github.com/seatrial/seatrial/suites"
)

// attachForeign asks for the rights that the items need, watches what is not to suffer,
// and has the trials run there. halt is called if something else does suffer.
func (s *session) attachForeign(ctx context.Context, halt func(error)) error {
	f := s.foreign
	if err := access.Check(ctx, f.client, Rights(s.runnable()), kube.Prefix+s.id, f.roles(s.Scenarios)); err != nil {
		return err
	}
	conditions := []stop.Condition{stop.Workloads(f.client, ofRun(s.id))}
	if f.StopIf != "" {
		page, err := stop.URL(f.StopIf)
		if err != nil {
			return err
		}
		conditions = append(conditions, page)
	}
	if err := stop.Watch(ctx, halt, conditions...); err != nil {
		return err
	}
	version, err := f.client.Discovery().ServerVersion()
	if err != nil {
		return fmt.Errorf("ask cluster %s for its version: %w", f.name, err)
	}
	s.Version = version.GitVersion
	adapted, err := s.adaptForeign(ctx)
	if err != nil {
		return err
	}
	mine := &place{cluster: adapted, keep: true, ready: make(chan struct{})}
	close(mine.ready)
	s.clusters[foreignPlace] = mine
	return s.note(ctx, mine, f.name, s.Version)
}

// ofRun reports whether a namespace is one that the run made: another run's is somebody
// else's.
func ofRun(id string) func(namespace string) bool {
	return stop.Begins(kube.Prefix+id+"-", agentsPrefix+id)
}

// roles is the command that prints the roles for the scenarios.
func (f *foreign) roles(scenarios []suites.Scenario) string {
	var names []string
	for _, s := range scenarios {
		names = append(names, s.Name)
	}
	return "seatrial rbac " + strings.Join(names, " ") + " --account NAMESPACE/NAME | kubectl apply -f -"
}

// adaptForeign makes of the cluster what trials need of it: no access to machines, and
// an agent in it if there is load to send.
func (s *session) adaptForeign(ctx context.Context) (*kube.Cluster, error) {
	f := s.foreign
	kubeconfig, err := keepKubeconfig(f.way, s.id)
	if err != nil {
		return nil, err
	}
	settings, assumed, err := cluster.AssumeSettings(ctx, f.client)
	if err != nil {
		return nil, err
	}
	k := &kube.Cluster{
		Name: f.name, Place: foreignPlace, Kubeconfig: kubeconfig, Config: f.config, Client: f.client, Foreign: true,
		Settings: func(context.Context) (history.Settings, string, error) { return settings, s.Version, nil },
		Notes:    map[string]string{history.NoteSensors: "the nodes' runtimes and kernels: they are not ours to look into"},
	}
	if len(assumed) > 0 {
		k.Notes[history.NoteAssumed] = "Kubernetes' defaults, for they could not be read: the settings of " + strings.Join(assumed, ", ")
		s.view.Say("assumed: " + k.Notes[history.NoteAssumed])
	}
	if !slices.ContainsFunc(s.runnable(), func(i Item) bool { return i.Scenario.Load.Rate > 0 }) {
		return k, nil
	}
	if f.AgentImage == "" {
		return nil, errors.New("the load is sent from inside the cluster, by an agent: --agent-image names an image that its nodes can pull, with this program as /seatrial")
	}
	agents, err := placeAgents(ctx, s.journal, f.client, kubeconfig, deploy.Options{Namespace: agentsPrefix + s.id, Image: f.AgentImage, Agents: 1})
	if err != nil {
		return nil, err
	}
	k.Agent = agents[0]
	return k, nil
}
