// Package kube is the rig of trials that run on a real cluster.
package kube

import (
	"context"
	"errors"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/agent"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/load"
	"github.com/seatrial/seatrial/internal/observe"
	"github.com/seatrial/seatrial/internal/trial"
	"github.com/seatrial/seatrial/workloads"
)

// A Cluster is what trials need of the cluster that they share.
type Cluster struct {
	Name       string // as undo steps name it
	Place      string
	Kubeconfig string // path of a file by which another process reaches it
	Config     *rest.Config
	Client     kubernetes.Interface
	Nodes      faults.Nodes
	NetNS      string // the network namespace to send from; "" means by way of Mapped
	// PodNetNS is the network namespace of the pod of a container on a node; nil: we may
	// not enter it.
	PodNetNS func(ctx context.Context, node, container string) (string, error)
	// Mapped gives the address on 127.0.0.1 for a node port, where NetNS is "".
	Mapped func(nodePort int32) (string, error)
	Ports  Ports // the node ports that are mapped
	// Settings reads the settings in force and the API server's version.
	Settings func(ctx context.Context) (history.Settings, string, error)
	Feed     *observe.Feed // of the nodes' runtime events; nil: they cannot be seen
	Routes   *observe.Feed // of the routes to Services on the node that the load comes from; nil likewise
	Agent    *agent.Remote // sends the load from inside the cluster; nil: we do
	// Foreign says that others use the cluster: what a trial changes is its own business,
	// what changes meanwhile is not all its doing.
	Foreign bool
	Notes   map[string]string // for the record of every trial: what must be known of the cluster
}

// A Rig runs one trial on a cluster. Use another one for the next trial.
type Rig struct {
	Cluster *Cluster
	Journal *journal.Journal
	Undoers journal.Undoers
	Load    []string // the command that starts the load generator
	Logs    string   // folder for the logs that go with the record
	Tool    string   // our own version
	// Ends says that the cluster goes with the run: what need not be removed before
	// is left to that.
	Ends bool

	objects dynamic.Interface
	plan    load.Plan // of the trial's load, once it is deployed
	pending string    // the undo step of the namespace
	port    int32     // the node port of the trial, where it needs one
}

// Prefix is what the names of all namespaces of trials begin with.
const Prefix = "st-"

var _ trial.Rig = (*runner)(nil)

// runner gives Rig the engine's method names: Rig's fields have some of them.
type runner struct{ *Rig }

// On returns the rig as the engine takes it.
func On(r *Rig) trial.Rig { return &runner{r} }

func (r *runner) Place(ctx context.Context) (history.Meta, error) {
	settings, version, err := r.Cluster.Settings(ctx)
	return history.Meta{Place: r.Cluster.Place, Version: version, Settings: settings, Tool: r.Tool, Notes: maps.Clone(r.Cluster.Notes)}, err
}

func (r *runner) Prepare(ctx context.Context, p trial.Plan) error {
	name := p.Namespace()
	id, err := r.Journal.Add(journal.Step{
		Kind: faults.UndoNamespace, Says: "delete namespace " + name, Trial: "namespace of " + p.Title(),
		Args: map[string]string{"kubeconfig": r.Cluster.Kubeconfig, "cluster": r.Cluster.Name, "namespace": name},
	})
	if err != nil {
		return err
	}
	r.pending = id
	_, err = r.Cluster.Client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: map[string]string{workloads.LabelManager: workloads.Manager, workloads.LabelTrial: name},
	}}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		r.pending = "" // what is in it is not ours to remove
		err = errors.Join(err, r.Journal.Undo(ctx, r.Undoers, id))
	}
	return err
}

func (r *runner) Site(p trial.Plan, rec *history.Recorder) *faults.Site {
	return &faults.Site{
		Namespace: p.Namespace(), Scenario: p.Title(), App: p.App,
		Client: r.Cluster.Client, Nodes: r.Cluster.Nodes, Rand: p.Rand(), Clock: rec.Clock(), Seen: rec,
		Journal: func(s journal.Step) error { _, err := r.Journal.Add(s); return err },
		Cluster: r.Cluster.Name, Kubeconfig: r.Cluster.Kubeconfig,
		Hold: p.Longest(), Target: p.Target,
	}
}

// Undo undoes what the fault journalled. A step that the guardian has undone
// before its time means that the fault did not last as long as it should have.
func (r *runner) Undo(ctx context.Context, p trial.Plan) error {
	early, err := r.Journal.Overtaken(p.Title())
	err = errors.Join(err, r.Journal.UndoTrial(ctx, p.Title(), r.Undoers))
	for _, step := range early {
		err = errors.Join(err, fmt.Errorf("the guardian had to %s: its deadline passed", step.Says))
	}
	return err
}

// Remove asks for the deletion of the namespace, or where the cluster ends with the
// run of all that runs in it: the deletion of a namespace keeps the API server busy
// for seconds, beside trials that are still going on, and is left to the end then. It
// does not wait: pods may take their grace period, and the next trial has a
// namespace of its own.
func (r *runner) Remove(ctx context.Context, p trial.Plan) error {
	freed := r.freePort(ctx, p.Namespace())
	if r.pending == "" {
		return freed
	}
	if r.Ends {
		return errors.Join(freed, r.empty(ctx, p.Namespace()))
	}
	return errors.Join(freed, r.endPods(ctx, p.Namespace()), r.Journal.Undo(ctx, r.Undoers, r.pending))
}

// freePort gives the trial's node port back once no Service has it any more: the API
// server refuses one that is allocated, and the namespace goes later. A port whose
// Service would not go is not given to anybody else.
func (r *runner) freePort(ctx context.Context, namespace string) error {
	if r.port == 0 {
		return nil
	}
	services := r.Cluster.Client.CoreV1().Services(namespace)
	all, err := services.List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list the services of namespace %s: %w", namespace, err)
	}
	for _, s := range all.Items {
		if err := services.Delete(ctx, s.Name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("delete service %s: %w", s.Name, err)
		}
	}
	r.Cluster.Ports.giveBack(r.port)
	r.port = 0
	return nil
}

// empty deletes what runs in the namespace, owners first, so that nobody makes it anew.
func (r *runner) empty(ctx context.Context, namespace string) error {
	apps, all := r.Cluster.Client.AppsV1(), metav1.ListOptions{}
	background := metav1.DeletePropagationBackground
	how := metav1.DeleteOptions{PropagationPolicy: &background}
	return errors.Join(
		apps.Deployments(namespace).DeleteCollection(ctx, how, all),
		apps.StatefulSets(namespace).DeleteCollection(ctx, how, all),
		apps.ReplicaSets(namespace).DeleteCollection(ctx, how, all),
		r.endPods(ctx, namespace),
	)
}

func (r *runner) endPods(ctx context.Context, namespace string) error {
	grace := int64(1)
	return r.Cluster.Client.CoreV1().Pods(namespace).DeleteCollection(ctx,
		metav1.DeleteOptions{GracePeriodSeconds: &grace}, metav1.ListOptions{})
}
