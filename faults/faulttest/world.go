package faulttest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/workloads"
)

// Namespace is the namespace of the trial in every World.
const Namespace = "st-test"

// names of a World as undo steps carry them.
const (
	kubeconfig  = "/nowhere/kubeconfig"
	clusterName = "faulttest"
)

// A World is a cluster that is not there: an API server of values with an app in
// it, nodes that only remember what was done to them, and a record into which the
// test writes what sensors would see. It logs what is done to it, in order.
type World struct {
	App    workloads.App
	Record *history.Recorder
	Nodes  *Nodes
	// Kubectl answers what is asked on a control-plane node; nil: kubectl is not there.
	Kubectl func(arguments ...string) (output string, code int)

	client  *client              // the fault's, which is listened to
	own     kubernetes.Interface // the test's
	mu      sync.Mutex
	used    map[faults.Right]bool // what the fault asked the API server for
	touched []string              // what it did to machines
	actions []string
	steps   []journal.Step
	deeds   []history.Mark
	knobs   map[string]string // by "pod/knob"
	metrics string            // what the API server says of itself
	full    bool              // the journal's disk
}

// NewWorld returns a cluster of three workers with the app's objects in it and all
// of its pods ready.
func NewWorld(app workloads.App) *World {
	w := &World{App: app, Record: history.NewRecorder(history.StartClock(), nil), knobs: map[string]string{}, used: map[faults.Right]bool{}}
	w.Nodes = &Nodes{world: w, files: map[string]bool{}, down: map[string]bool{}, bound: map[string]bool{}, added: map[string]bool{}, tags: map[string]string{},
		stopped: map[string]bool{}, timers: map[string]bool{}, armed: map[string]string{}, tables: map[string]bool{}, rules: map[string]string{}, held: map[string]bool{}, ran: map[string][]any{}}
	cluster := fake.NewClientset(w.objects()...)
	clientset := fake.NewClientset()
	clientset.Resources = []*metav1.APIResourceList{ // what kubectl's drain asks before it evicts
		{GroupVersion: "v1", APIResources: []metav1.APIResource{{Name: "pods/eviction", Kind: "Eviction", Group: "policy", Version: "v1"}}},
		{GroupVersion: "policy/v1"},
	}
	w.client, w.own = &client{Interface: clientset, rest: w.proxy}, cluster
	clientset.PrependReactor("*", "*", testing.ObjectReaction(cluster.Tracker()))
	for _, c := range []*fake.Clientset{clientset, cluster} {
		c.PrependReactor("*", "deployments/scale", scales(cluster.Tracker()))
		c.PrependReactor("delete-collection", "pods", deletes(cluster.Tracker()))
		c.PrependReactor("create", "pods/eviction", evicts(cluster.Tracker()))
		c.PrependReactor("create", "pods", refuses(cluster.Tracker()))
	}
	clientset.PrependReactor("*", "*", func(a testing.Action) (bool, runtime.Object, error) {
		if a.GetResource().Resource != "resource" { // discovery, which everybody may
			w.use(rightOf(a))
		}
		if verb := a.GetVerb(); verb != "get" && verb != "list" && verb != "watch" {
			w.act(verb + " " + a.GetResource().Resource + " " + a.GetSubresource())
		}
		return false, nil, nil
	})
	return w
}

// Site is where a step that is no fault by itself, a question, is tried.
func (w *World) Site() *faults.Site { return w.site(func(history.Mark, int) {}) }

// Client reaches the API server of the world, for the test: what it does is not the
// fault's doing.
func (w *World) Client() kubernetes.Interface { return w.own }

// Deeds lists the deeds that were marked, in order.
func (w *World) Deeds() []history.Mark {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.deeds)
}

// Did is how often something that begins so was done.
func (w *World) Did(what string) int {
	n := 0
	for _, done := range w.changes() {
		if strings.HasPrefix(done, what) {
			n++
		}
	}
	return n
}

// Steps lists the undo steps that were journalled, in order.
func (w *World) Steps() []journal.Step {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.steps)
}

// Pods names the app's pods, in order.
func (w *World) Pods() []string {
	var all []string
	for _, object := range w.objects() {
		if p, ok := object.(*corev1.Pod); ok {
			all = append(all, p.Name)
		}
	}
	return all
}

// objects are the nodes, the app's objects and its pods.
func (w *World) objects() []runtime.Object {
	var all []runtime.Object
	for n, node := range append([]string{"control-plane"}, workers...) {
		all = append(all, &corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: node, Labels: map[string]string{}},
			Spec:       corev1.NodeSpec{PodCIDR: fmt.Sprintf("10.244.%d.0/24", n)},
			Status:     corev1.NodeStatus{Addresses: []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("172.30.0.%d", n+2)}}},
		})
	}
	o := w.App.Objects(Namespace)
	for _, s := range o.Services {
		all = append(all, s)
	}
	for _, p := range o.Pods {
		p.UID = types.UID("u-" + p.Name)
		p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
		all = append(all, p)
	}
	for _, c := range o.ConfigMaps {
		all = append(all, c)
	}
	for _, x := range o.Extra {
		all = append(all, x)
	}
	for _, r := range o.ReplicaSets {
		r.UID = types.UID("u-" + r.Name)
		all = append(all, r)
		for n := range *r.Spec.Replicas {
			all = append(all, podOf(r, int(n)))
		}
	}
	for _, d := range o.Deployments {
		d.UID, d.Generation = types.UID("u-"+d.Name), 1
		d.Annotations = map[string]string{revision: "1"}
		set := setOf(d, "1")
		all = append(all, d, set)
		for n := range *d.Spec.Replicas {
			all = append(all, podOf(set, int(n)))
		}
	}
	return all
}

// revision is the annotation that numbers a Deployment's templates.
const revision = "deployment.kubernetes.io/revision"

// setOf is the ReplicaSet of a Deployment's template, as its controller makes it.
func setOf(d *appsv1.Deployment, number string) *appsv1.ReplicaSet {
	yes := true
	set := &appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{
		Name: d.Name + "-" + number, Namespace: d.Namespace, Annotations: map[string]string{revision: number},
		OwnerReferences: []metav1.OwnerReference{{Kind: "Deployment", Name: d.Name, UID: d.UID, Controller: &yes}},
	}}
	set.Spec.Template = *d.Spec.Template.DeepCopy()
	set.Spec.Template.Labels[appsv1.DefaultDeploymentUniqueLabelKey] = number
	return set
}

func podOf(set *appsv1.ReplicaSet, n int) *corev1.Pod {
	name := fmt.Sprintf("%s-%c", set.Name, 'a'+n)
	p := &corev1.Pod{ObjectMeta: *set.Spec.Template.ObjectMeta.DeepCopy(), Spec: *set.Spec.Template.Spec.DeepCopy()}
	p.Name, p.Namespace, p.UID = name, set.Namespace, types.UID("u-"+name)
	p.Spec.NodeName = workers[n%len(workers)]
	p.Status.Phase = corev1.PodRunning
	p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	for _, c := range p.Spec.Containers {
		p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, corev1.ContainerStatus{Name: c.Name, ContainerID: "containerd://" + name + "/" + c.Name})
	}
	return p
}

// site is where a fault is injected in the world; seen gets every deed.
func (w *World) site(seen func(deed history.Mark, n int)) *faults.Site {
	return &faults.Site{
		Namespace: Namespace, Scenario: scenario, App: w.App, Client: w.client, Nodes: w.Nodes,
		Rand: rand.New(rand.NewPCG(7431, 1)), Clock: w.Record.Clock(), Seen: w.Record,
		Journal: w.journal, Cluster: clusterName, Kubeconfig: kubeconfig, Hold: hold,
		Applied: func(json.RawMessage) {},
		Note: func(i history.Interval) {
			w.Record.State(i)
			w.Record.End(i.Source, i.Subject, i.To)
		},
		Marker: func(m history.Mark) {
			w.act("deed")
			w.mu.Lock()
			w.deeds = append(w.deeds, m)
			n := len(w.deeds)
			w.mu.Unlock()
			seen(m, n)
		},
	}
}

func (w *World) journal(s journal.Step) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.full {
		return errFull
	}
	w.actions, w.steps = append(w.actions, "journal "+s.Kind), append(w.steps, s)
	return nil
}

func (w *World) act(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.actions = append(w.actions, strings.TrimSpace(what))
}

// whenIdle calls give once the fault has done nothing for as long as deedless: one that
// works up to its deed, slowly on a busy machine, is left alone.
func (w *World) whenIdle(ctx context.Context, give func()) {
	ticker := time.NewTicker(blindFor)
	defer ticker.Stop()
	for done, since := 0, time.Now(); ctx.Err() == nil && time.Since(since) < deedless; <-ticker.C {
		w.mu.Lock()
		if n := len(w.actions); n > done {
			done, since = n, time.Now()
		}
		w.mu.Unlock()
	}
	give()
}

// changes lists the actions that changed something: neither journal nor deed.
func (w *World) changes() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.actions), func(a string) bool { return a == "deed" || strings.HasPrefix(a, "journal ") })
}

// undoers reach this world and no other.
func (w *World) undoers() journal.Undoers {
	return faults.Undoers(faults.Connection{
		Client: func(path string) (kubernetes.Interface, error) {
			if path != kubeconfig {
				return nil, fmt.Errorf("no such kubeconfig: %q", path)
			}
			return w.client, nil
		},
		Nodes: func(name string) (faults.Nodes, error) {
			if name != clusterName {
				return nil, fmt.Errorf("no such cluster: %q", name)
			}
			return w.Nodes, nil
		},
	})
}

// client is the clientset, with a way to the pods' own ports.
type client struct {
	kubernetes.Interface
	rest func() rest.Interface
}

// CoreV1 is the core API of the clientset, with a REST client that works.
func (c *client) CoreV1() typedcorev1.CoreV1Interface {
	return core{c.Interface.CoreV1(), c.rest}
}

type core struct {
	typedcorev1.CoreV1Interface
	rest func() rest.Interface
}

// RESTClient reaches the pods through the API server's proxy. Each is another one:
// client-go's fake notes in it what it was last asked, and faults ask at the same time.
func (c core) RESTClient() rest.Interface { return c.rest() }

func answer(code int, body any) *http.Response {
	text, _ := json.Marshal(body) // values of our own: it cannot fail
	return &http.Response{StatusCode: code, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(text))}
}

// said is an answer in plain text.
func said(text string) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/plain"}}, Body: io.NopCloser(strings.NewReader(text))}
}
