package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/access"
	"github.com/seatrial/seatrial/internal/agent/deploy"
	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/stop"
	"github.com/seatrial/seatrial/internal/trial/kube"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads"
)

// Foreign names a cluster that we did not make, and says what may be done to it.
type Foreign struct {
	Kubeconfig string   // "" is kubectl's own choice
	Context    string   // of it; "" is the current one
	Image      string   // the app's image, where the cluster's nodes can pull it
	AgentImage string   // the image of the agent that sends the load: holds this program as /seatrial
	Allow      []string // of AllowNodes and AllowCluster
	StopIf     string   // an address that must go on answering; "" is none
}

// What must be allowed by name on a cluster that we did not make.
const (
	AllowNodes   = "node-faults"    // faults that disturb nodes, and whoever runs there
	AllowCluster = "cluster-faults" // faults that disturb the whole cluster
)

// foreignPlace names the place that somebody else's cluster is.
const foreignPlace = "foreign"

// Permit is an error if one of the scenarios disturbs more than it may.
func (f Foreign) Permit(scenarios []suites.Scenario) error {
	for _, allowed := range f.Allow {
		if allowed != AllowNodes && allowed != AllowCluster {
			return fmt.Errorf("--allow %q: there are %s and %s", allowed, AllowNodes, AllowCluster)
		}
	}
	needs := map[suites.Blast]string{suites.Node: AllowNodes, suites.Cluster: AllowCluster}
	for _, s := range scenarios {
		if need := needs[s.Blast]; need != "" && !slices.Contains(f.Allow, need) {
			return fmt.Errorf("%s disturbs %s, and that is a cluster that seatrial did not make: --allow %s lets it",
				s.Name, strings.TrimSuffix(disturbs[string(s.Blast)], "; runs alone there"), need)
		}
	}
	return nil
}

// foreign is a cluster of somebody else's, once it was reached.
type foreign struct {
	Foreign
	name   string // of the context
	config *rest.Config
	client kubernetes.Interface
	place  kindconfigs.Place
}

// reach connects to the cluster and looks what it can host. It changes nothing.
func (f Foreign) reach(ctx context.Context) (*foreign, error) {
	config, name, err := minified(f.Kubeconfig, f.Context)
	if err != nil {
		return nil, err
	}
	reached := &foreign{Foreign: f, name: name}
	if reached.config, err = restOf(config); err != nil {
		return nil, fmt.Errorf("connect to cluster %s: %w", name, err)
	}
	reached.config.QPS = -1 // a watch that waits for its turn is late
	if reached.client, err = kubernetes.NewForConfig(compact(reached.config)); err != nil {
		return nil, fmt.Errorf("connect to cluster %s: %w", name, err)
	}
	nodes, err := reached.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list the nodes of cluster %s: %w", name, err)
	}
	reached.place = placeOf(name, nodes.Items)
	return reached, nil
}

// placeOf is what somebody else's nodes can host: as many workers as pods may be put on,
// and zones if those lie in two at least. We may not execute anything in them.
func placeOf(name string, nodes []corev1.Node) kindconfigs.Place {
	workers, zones := 0, map[string]bool{}
	for _, n := range nodes {
		taken := slices.ContainsFunc(n.Spec.Taints, func(t corev1.Taint) bool { return t.Effect != corev1.TaintEffectPreferNoSchedule })
		if n.Spec.Unschedulable || taken {
			continue
		}
		workers++
		if zone := n.Labels[corev1.LabelTopologyZone]; zone != "" {
			zones[zone] = true
		}
	}
	p := kindconfigs.Place{Name: foreignPlace, About: "Cluster " + name + ", which seatrial did not make.", Traits: []kindconfigs.Trait{kindconfigs.Workers(workers)}}
	if len(zones) > 1 {
		p.Traits = append(p.Traits, kindconfigs.Zones)
	}
	return p
}

// attachForeign asks for the rights that the items need, watches what is not to suffer,
// and has the trials run there. stop is called if it does.
func (s *session) attachForeign(ctx context.Context, halt func(error)) error {
	f := s.foreign
	if err := access.Check(ctx, f.client, Rights(s.runnable()), kube.Prefix+s.id, f.roles(s.Scenarios)); err != nil {
		return err
	}
	conditions := []stop.Condition{stop.Workloads(f.client, stop.Begins(kube.Prefix, agentsPrefix))}
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

// roles is the command that prints the roles for the scenarios.
func (f *foreign) roles(scenarios []suites.Scenario) string {
	var names []string
	for _, s := range scenarios {
		names = append(names, s.Name)
	}
	return "seatrial rbac " + strings.Join(names, " ") + " | kubectl apply -f -"
}

// adaptForeign makes of the cluster what trials need of it: no access to machines, and
// an agent in it if there is load to send.
func (s *session) adaptForeign(ctx context.Context) (*kube.Cluster, error) {
	f := s.foreign
	kubeconfig, err := copyKubeconfig(f.Kubeconfig, f.Context, s.id)
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
	namespace := agentsPrefix + s.id
	_, err = s.journal.Add(journal.Step{
		Kind: faults.UndoNamespace, Says: "delete namespace " + namespace, Deadline: time.Now().Add(agentsLimit),
		Args: map[string]string{"kubeconfig": kubeconfig, "namespace": namespace},
	})
	if err != nil {
		return nil, err
	}
	agents, err := deploy.Agents(ctx, f.client, deploy.Options{Namespace: namespace, Image: f.AgentImage, Agents: 1})
	if err != nil {
		return nil, err
	}
	k.Agent = agents[0]
	return k, nil
}

// onForeign has the scenarios' apps pull their image from where the cluster's nodes can.
func (f *foreign) onForeign(scenarios []suites.Scenario) ([]suites.Scenario, error) {
	var all []suites.Scenario
	for _, s := range scenarios {
		if f.Image == "" {
			return nil, fmt.Errorf("cluster %s cannot have image %s from this machine: --image names one that its nodes can pull (seatrial image export writes ours to a file)", f.name, s.App.Image.Ref())
		}
		s.App = s.App.With(workloads.Pulled(s.App.Image.Ref(), f.Image))
		all = append(all, s)
	}
	return all, nil
}
