package run

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

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
	way    *clientcmdapi.Config
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
	reached := &foreign{Foreign: f, name: name, way: config}
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

// pulled has the scenarios' apps pull their image from where the cluster's nodes can.
func (f *foreign) pulled(scenarios []suites.Scenario) ([]suites.Scenario, error) {
	var all []suites.Scenario
	for _, s := range scenarios {
		image := s.App.Image.Ref()
		if f.Image == "" {
			return nil, fmt.Errorf("cluster %s cannot have image %s from this machine: --image names one that its nodes can pull (seatrial image export writes ours to a file)", f.name, image)
		}
		s.App = s.App.With(workloads.Pulled(image, f.Image))
		all = append(all, s)
	}
	return all, nil
}
