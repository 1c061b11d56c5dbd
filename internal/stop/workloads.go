package stop

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"
)

const (
	// lookEvery is how often the workloads are listed: by resource version 0, so that the
	// API server answers from its cache.
	lookEvery = 2 * time.Second
	// lookLimit bounds one look.
	lookLimit = 5 * time.Second
	// unseenLimit is for how long they may be out of sight: what nobody can see may be
	// degraded for all that is known.
	unseenLimit = time.Minute
)

// Workloads is met when a Deployment, StatefulSet or DaemonSet outside the namespaces for
// which ours is true has fewer available pods than its own specification lets an update
// leave it with (maxUnavailable), and had them before: by Kubernetes' own measure it is
// degraded then.
func Workloads(client kubernetes.Interface, ours func(namespace string) bool) Condition {
	return &workloads{client: client, ours: ours, every: lookEvery, unseen: unseenLimit}
}

type workloads struct {
	client kubernetes.Interface
	ours   func(string) bool
	every  time.Duration
	unseen time.Duration
	well   map[string]bool // who had what it needs when it was last looked, by kind, namespace and name
}

// A state is how a workload stands.
type state struct {
	uid             string
	available, want int // and how many it must have at least
}

// Arm takes down who is well: who is not needs no watching.
func (w *workloads) Arm(ctx context.Context) error {
	all, err := w.look(ctx)
	if err != nil {
		return fmt.Errorf("look at the workloads of others: %w", err)
	}
	w.well = map[string]bool{}
	w.add(all)
	return nil
}

func (w *workloads) add(all map[string]state) {
	for name, s := range all {
		if s.available >= s.want {
			w.well[name+" "+s.uid] = true
		}
	}
}

// Watch looks again and again. Who is deleted, or made anew, is left out.
func (w *workloads) Watch(ctx context.Context) error {
	seen := time.Now()
	return until(ctx, w.every, func(ctx context.Context) error {
		all, err := w.look(ctx)
		if err != nil {
			if since := time.Since(seen); since > w.unseen {
				return because("the workloads of others could not be seen for %s: %s", since.Round(time.Second), err)
			}
			return nil
		}
		seen = time.Now()
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if s := all[name]; s.available < s.want && w.well[name+" "+s.uid] {
				return because("%s has %d available pods and needs %d", name, s.available, s.want)
			}
		}
		w.add(all)
		return nil
	})
}

func (w *workloads) look(ctx context.Context) (map[string]state, error) {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	apps, cached := w.client.AppsV1(), metav1.ListOptions{ResourceVersion: "0"}
	all := map[string]state{}
	add := func(kind string, meta metav1.ObjectMeta, available, want int) {
		if !w.ours(meta.Namespace) {
			all[kind+" "+meta.Namespace+"/"+meta.Name] = state{string(meta.UID), available, want}
		}
	}
	deployments, err := apps.Deployments("").List(ctx, cached)
	if err == nil {
		for _, d := range deployments.Items {
			add("deployment", d.ObjectMeta, int(d.Status.AvailableReplicas), leastOf(d))
		}
	}
	sets, setErr := apps.StatefulSets("").List(ctx, cached)
	if setErr == nil {
		for _, s := range sets.Items {
			n := orOne(s.Spec.Replicas) // an update takes one pod after the other
			add("statefulset", s.ObjectMeta, int(s.Status.AvailableReplicas), max(min(n, 1), n-1))
		}
	}
	daemons, daemonErr := apps.DaemonSets("").List(ctx, cached)
	if daemonErr == nil {
		for _, d := range daemons.Items {
			n := int(d.Status.DesiredNumberScheduled)
			add("daemonset", d.ObjectMeta, int(d.Status.NumberAvailable), n-unavailable(d.Spec.UpdateStrategy.RollingUpdate, n))
		}
	}
	return all, errors.Join(visible(err), visible(setErr), visible(daemonErr))
}

// visible is the error, unless it says that there is no such API.
func visible(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

func orOne(n *int32) int {
	if n == nil {
		return 1 // the API's default
	}
	return int(*n)
}

// leastOf is how many available pods make a Deployment available: those that an update
// may not take (controller/deployment/util, MaxUnavailable; with Recreate all may go).
func leastOf(d appsv1.Deployment) int {
	n := orOne(d.Spec.Replicas)
	if d.Spec.Paused || d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType {
		return min(n, 1)
	}
	may := intstr.FromString("25%") // the API's default
	if r := d.Spec.Strategy.RollingUpdate; r != nil && r.MaxUnavailable != nil {
		may = *r.MaxUnavailable
	}
	return n - scaled(may, n, false)
}

func unavailable(r *appsv1.RollingUpdateDaemonSet, n int) int {
	if r == nil || r.MaxUnavailable == nil {
		return min(n, 1) // the API's default
	}
	return scaled(*r.MaxUnavailable, n, true) // rounded up (controller/daemon/util, UnavailableCount)
}

func scaled(v intstr.IntOrString, n int, up bool) int {
	k, err := intstr.GetScaledValueFromIntOrPercent(&v, n, up)
	if err != nil {
		return 0
	}
	return min(k, n)
}

// Begins reports whether one of the prefixes begins a namespace.
func Begins(prefixes ...string) func(namespace string) bool {
	return func(namespace string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(namespace, p) })
	}
}
