package faulttest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync/atomic"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	restfake "k8s.io/client-go/rest/fake"
	"k8s.io/client-go/testing"

	"github.com/seatrial/seatrial/faults"
)

var workers = []string{"worker", "worker2", "worker3"}

// proxy is the API server's way to the pods: a POST of /admin/KNOB turns a knob,
// a GET of anything is answered.
func (w *World) proxy() rest.Interface {
	return &restfake.RESTClient{
		NegotiatedSerializer: scheme.Codecs.WithoutConversion(), GroupVersion: schema.GroupVersion{Version: "v1"}, VersionedAPIPath: "/api/v1",
		Client: restfake.CreateHTTPClient(func(r *http.Request) (*http.Response, error) {
			if err := r.Context().Err(); err != nil {
				return nil, err
			}
			if strings.Contains(r.URL.Path, "/nodes/") {
				w.use(faults.Right{Verb: "get", Resource: "nodes/proxy", Namespace: faults.Everywhere})
				return answer(http.StatusOK, kubelet(path.Base(r.URL.Path))), nil
			}
			if r.URL.Path == "/metrics" {
				w.use(faults.Right{Verb: "get", URL: r.URL.Path, Namespace: faults.Everywhere})
				w.mu.Lock()
				defer w.mu.Unlock()
				return said(w.metrics), nil
			}
			verb := map[string]string{http.MethodPost: "create", http.MethodGet: "get"}[r.Method]
			w.use(faults.Right{Verb: verb, Resource: "pods/proxy"})
			_, rest, _ := strings.Cut(r.URL.Path, "/pods/")
			pod, rest, _ := strings.Cut(rest, ":")
			if _, gone := w.own.CoreV1().Pods(Namespace).Get(r.Context(), pod, metav1.GetOptions{}); gone != nil {
				return answer(http.StatusNotFound, metav1.Status{Status: metav1.StatusFailure, Code: 404, Reason: metav1.StatusReasonNotFound}), nil
			}
			if r.Method == http.MethodPost && strings.Contains(rest, "/proxy/admin/") {
				w.turn(pod, path.Base(rest), r.URL.Query().Get("value"))
			}
			return answer(http.StatusOK, map[string]string{}), nil
		}),
	}
}

// kubelet is what every kubelet says of its node: 500 MiB of memory are available, of
// which it wants to keep 400 MiB.
func kubelet(path string) any {
	if path == "configz" {
		return map[string]any{"kubeletconfig": map[string]any{"evictionHard": map[string]string{"memory.available": "400Mi"}}}
	}
	return map[string]any{"node": map[string]any{"memory": map[string]any{"availableBytes": 500 << 20, "time": time.Now()}}}
}

func (w *World) turn(pod, knob, value string) {
	w.act("knob " + knob + " of " + pod + " to " + value)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.knobs[pod+"/"+knob] = value
}

// Measure has the API server say that of itself in its metrics.
func (w *World) Measure(metrics string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.metrics = metrics
}

// Knob is what a pod's knob was last turned to, "" if it never was.
func (w *World) Knob(pod, knob string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.knobs[pod+"/"+knob]
}

// scales answers for the scale of Deployments, which the clientset cannot.
func scales(tracker testing.ObjectTracker) testing.ReactionFunc {
	return func(a testing.Action) (bool, runtime.Object, error) {
		name, want := "", (*autoscalingv1.Scale)(nil)
		switch a := a.(type) {
		case testing.UpdateAction:
			want = a.GetObject().(*autoscalingv1.Scale)
			name = want.Name
		case testing.GetAction:
			name = a.GetName()
		}
		found, err := tracker.Get(a.GetResource(), a.GetNamespace(), name)
		if err != nil {
			return true, nil, err
		}
		d := found.DeepCopyObject().(*appsv1.Deployment)
		if want != nil {
			d.Spec.Replicas = &want.Spec.Replicas
			err = tracker.Update(a.GetResource(), d, d.Namespace)
		}
		return true, &autoscalingv1.Scale{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: d.Namespace},
			Spec: autoscalingv1.ScaleSpec{Replicas: *d.Spec.Replicas}}, err
	}
}

// deletes deletes the pods that the selector picks, one by one.
func deletes(tracker testing.ObjectTracker) testing.ReactionFunc {
	return func(a testing.Action) (bool, runtime.Object, error) {
		found, err := tracker.List(a.GetResource(), corev1.SchemeGroupVersion.WithKind("Pod"), a.GetNamespace())
		if err != nil {
			return true, nil, err
		}
		wanted := a.(testing.DeleteCollectionAction).GetListRestrictions().Labels
		for _, p := range found.(*corev1.PodList).Items {
			if wanted.Matches(labels.Set(p.Labels)) {
				err = errors.Join(err, tracker.Delete(a.GetResource(), p.Namespace, p.Name))
			}
		}
		return true, nil, err
	}
}

// evicts deletes the pod that is to be evicted: no budget is in its way.
func evicts(tracker testing.ObjectTracker) testing.ReactionFunc {
	return func(a testing.Action) (bool, runtime.Object, error) {
		eviction := a.(testing.CreateAction).GetObject().(*policyv1.Eviction)
		if err := spares(tracker, a.GetNamespace()); err != nil {
			return true, nil, err
		}
		return true, eviction, tracker.Delete(a.GetResource(), a.GetNamespace(), eviction.Name)
	}
}

// spares is nil if every budget of the namespace lets one of its pods go. All of its pods
// count as the budget's, and as healthy.
func spares(tracker testing.ObjectTracker, namespace string) error {
	budgets, err := tracker.List(policyv1.SchemeGroupVersion.WithResource("poddisruptionbudgets"), policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"), namespace)
	if err != nil {
		return err
	}
	pods, err := tracker.List(corev1.SchemeGroupVersion.WithResource("pods"), corev1.SchemeGroupVersion.WithKind("Pod"), namespace)
	if err != nil {
		return err
	}
	for _, b := range budgets.(*policyv1.PodDisruptionBudgetList).Items {
		if b.Spec.MinAvailable.IntValue() >= apimeta.LenList(pods) {
			return apierrors.NewTooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 0)
		}
	}
	return nil
}

// refuses answers dry runs of creating a pod as admission does: pods are refused
// for a quota or a limit range, if there is one in the namespace, and wait for a webhook
// that may take longer than a second, which is one that never answers.
func refuses(tracker testing.ObjectTracker) testing.ReactionFunc {
	return func(a testing.Action) (bool, runtime.Object, error) {
		create, ok := a.(testing.CreateActionImpl)
		if !ok || len(create.GetCreateOptions().DryRun) == 0 {
			return false, nil, nil
		}
		for kind, why := range map[string]string{
			"ResourceQuota": "exceeded quota: requested: pods=1", "LimitRange": "maximum memory usage per Container is 1Mi, but limit is 2Mi",
		} {
			list, err := tracker.List(corev1.SchemeGroupVersion.WithResource(strings.ToLower(kind)+"s"), corev1.SchemeGroupVersion.WithKind(kind), a.GetNamespace())
			if err != nil {
				return true, nil, err
			}
			if apimeta.LenList(list) > 0 {
				return true, nil, apierrors.NewForbidden(corev1.Resource("pods"), "", errors.New(why))
			}
		}
		hooks, err := tracker.List(admissionv1.SchemeGroupVersion.WithResource("validatingwebhookconfigurations"), admissionv1.SchemeGroupVersion.WithKind("ValidatingWebhookConfiguration"), "")
		if err != nil {
			return true, nil, err
		}
		for _, c := range hooks.(*admissionv1.ValidatingWebhookConfigurationList).Items {
			if wait := time.Duration(*c.Webhooks[0].TimeoutSeconds) * time.Second; wait > time.Second {
				<-time.After(wait)
			}
		}
		return true, create.GetObject(), nil
	}
}

// Nodes are machines that remember what was done to them.
type Nodes struct {
	world *World
	files map[string]bool // by "node:path"
	down  map[string]bool
	bound map[string]bool
	added map[string]bool // workers that were not there from the beginning

	stopped map[string]bool   // units of systemd, by "node:unit"
	timers  map[string]bool   // by "node:what": what a timer in the node would undo
	armed   map[string]string // the last word of the command that it would do so by
	tables  map[string]bool   // of nft, by "node:table"
	rules   map[string]string // the line that made each
	burnt   atomic.Int64      // nanoseconds of processor time, of all containers together
	dropped atomic.Int64      // packets, of all tables together
	late    atomic.Int64      // milliseconds that an answer takes
	netem   atomic.Bool       // whether the kernel has it
	ended   atomic.Bool       // whether what a runtime that is stopped had started is gone
	held    map[string]bool   // manifests of static pods that were taken away, by "node:name"
	signals []string          // "KILL to POD/CONTAINER on NODE"
	tags    map[string]string // by "node image": the image whose content it has, where that was ever changed
	ran     map[string][]any  // containers that its runtime knows, by node
}

// Signals lists the signals that processes of containers were sent, one behind the other.
func (n *Nodes) Signals() string { return strings.Join(n.signals, ", ") }

// Down reports whether a node is without power or link, or frozen.
func (n *Nodes) Down(node string) bool { return n.down[node] }

// Has reports whether a node has the file.
func (n *Nodes) Has(node, file string) bool { return n.files[node+":"+file] }

// Stopped reports whether a unit of the node is stopped.
func (n *Nodes) Stopped(node, unit string) bool { return n.stopped[node+":"+unit] }

// Timed reports whether a timer in the node will undo what was done to the unit, or the table.
func (n *Nodes) Timed(node, what string) bool { return n.timers[node+":"+what] }

// Armed is the last word of the command by which the timer was to undo it.
func (n *Nodes) Armed(node, what string) string { return n.armed[node+":"+what] }

// Filtered reports whether the node has packet rules in that table.
func (n *Nodes) Filtered(node, table string) bool { return n.tables[node+":"+table] }

// Rules is the line of nft that made the table on the one worker that has it.
func (n *Nodes) Rules(table string) string {
	for _, node := range workers {
		if n.tables[node+":"+table] {
			return n.rules[node+":"+table]
		}
	}
	return ""
}

// Drop has the kernel count so many packets that it dropped, or had wait.
func (n *Nodes) Drop(packets int64) { n.dropped.Add(packets) }

// Late has answers of pods take so many milliseconds from now on.
func (n *Nodes) Late(millis int64) { n.late.Store(millis) }

// HaveNetem has the kernel of the nodes know netem from now on.
func (n *Nodes) HaveNetem() { n.netem.Store(true) }

// EndProcesses has what runtimes that are stopped had started be gone from now on.
func (n *Nodes) EndProcesses() { n.ended.Store(true) }

// Burn has the kernel count so much processor time of every container.
func (n *Nodes) Burn(d time.Duration) { n.burnt.Add(int64(d)) }

// Held reports whether the manifest of the node's static pod was taken away.
func (n *Nodes) Held(node, name string) bool { return n.held[node+":"+name] }

// Names lists the three workers.
func (n *Nodes) Names(role string) []string {
	n.world.touch("names")
	if role == "worker" {
		return workers
	}
	return []string{"control-plane"}
}

// LinkDown takes the node's link down.
func (n *Nodes) LinkDown(_ context.Context, node string) error {
	n.world.touch("link down")
	return n.power(node, "link down", true)
}

// Kill ends the node.
func (n *Nodes) Kill(_ context.Context, node string) error { return n.power(node, "kill", true) }

// Start starts the node.
func (n *Nodes) Start(_ context.Context, node string) error { return n.power(node, "start", false) }

// Freeze freezes the node.
func (n *Nodes) Freeze(_ context.Context, node string) error { return n.power(node, "freeze", true) }

// Thaw thaws the node.
func (n *Nodes) Thaw(_ context.Context, node string) error { return n.power(node, "thaw", false) }

// BoundCPU bounds the node.
func (n *Nodes) BoundCPU(_ context.Context, node string, cores float64) error {
	n.world.touch("bound")
	n.world.act(fmt.Sprintf("bound %s to %g cores", node, cores))
	n.bound[node] = true
	return nil
}

// Unbound takes the bounds off.
func (n *Nodes) Unbound(_ context.Context, node string) error {
	n.world.touch("unbound")
	n.world.act("take the bounds off " + node)
	delete(n.bound, node)
	return nil
}

// Bound reports whether the node is bounded.
func (n *Nodes) Bound(node string) bool { return n.bound[node] }

// NextWorker names a fourth worker.
func (n *Nodes) NextWorker() string { return "worker4" }

// AddWorker adds the worker.
func (n *Nodes) AddWorker(_ context.Context, node string) error {
	n.world.touch("add")
	n.world.act("add " + node)
	n.added[node] = true
	return nil
}

// RemoveNode removes the node.
func (n *Nodes) RemoveNode(_ context.Context, node string) error {
	n.world.touch("remove")
	n.world.act("remove " + node)
	delete(n.added, node)
	return nil
}

// Added reports whether a worker was added, and is there still.
func (n *Nodes) Added(node string) bool { return n.added[node] }

func (n *Nodes) power(node, what string, down bool) error {
	n.world.touch(what)
	n.world.act(what + " " + node)
	n.down[node] = down
	return nil
}
