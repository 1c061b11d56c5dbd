package faults

import (
	"context"
	"encoding/json"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/retry"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// KubeProxyStop takes kube-proxy away from one node, the control plane's: the one from
// which the load is sent, so that its rules are those that lead to the app. Rules stay
// where they are when the process ends. Its DaemonSet excludes the node meanwhile, and
// leaves the pods of all others alone.
func KubeProxyStop() Fault { return kubeProxyStop{} }

type kubeProxyStop struct{}

func (kubeProxyStop) Card() Card {
	return Card{
		Name:     "node/kube-proxy-stop",
		Breaks:   "kube-proxy is gone from a node; the rules that it wrote stay",
		ShowsAs:  "from that node Services lead to the endpoints of before, new ones get nothing",
		UndoneBy: "its DaemonSet is given that node back",
		Look:     "kubectl get pods -n kube-system -l k8s-app=kube-proxy -o wide --watch",
	}
}

func (kubeProxyStop) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.NodePower} }

func (kubeProxyStop) Rights() []Right {
	return In(metav1.NamespaceSystem, Allow("apps", "daemonsets", "get", "update"))
}

// proxyDaemonSet is kube-proxy's, and the name of its container, as kubeadm has it
// (cmd/kubeadm/app/constants, KubeProxy).
const proxyDaemonSet = "kube-proxy"

func (kubeProxyStop) Inject(ctx context.Context, s *Site) error {
	node := s.Nodes.Names("control-plane")[0]
	container, err := s.componentOn(ctx, node, proxyDaemonSet)
	if err != nil {
		return err
	}
	set, err := s.Client.AppsV1().DaemonSets(metav1.NamespaceSystem).Get(ctx, proxyDaemonSet, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read daemonset %s: %w", proxyDaemonSet, err)
	}
	spec := proxySpecOf(set)
	was, err := json.Marshal(spec)
	if err != nil {
		return fmt.Errorf("encode what daemonset %s is: %w", proxyDaemonSet, err)
	}
	if err := s.Undo(s.step(UndoProxy, "give daemonset "+proxyDaemonSet+" node "+node+" back", "was", string(was))); err != nil {
		return err
	}
	err = s.Deed("take "+proxyDaemonSet+" from "+node, []string{node}, func() error {
		return spec.without(node).apply(ctx, s.Client)
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, "the end of "+proxyDaemonSet+" on "+node, func(seen []history.Interval) bool { return processEnded(seen, container) })
}

// A proxySpec is as much of kube-proxy's DaemonSet as the fault changes.
type proxySpec struct {
	Strategy appsv1.DaemonSetUpdateStrategy `json:"strategy"`
	Affinity *corev1.Affinity               `json:"affinity"`
}

func proxySpecOf(d *appsv1.DaemonSet) proxySpec {
	return proxySpec{d.Spec.UpdateStrategy, d.Spec.Template.Spec.Affinity}
}

// without excludes a node. A pod whose node is excluded is deleted whatever the strategy
// (controller/daemon/daemon_controller.go NodeShouldRunDaemonPod); with OnDelete those of
// the other nodes, whose template is an older one then, stay.
func (p proxySpec) without(node string) proxySpec {
	affinity := p.Affinity.DeepCopy()
	if affinity == nil {
		affinity = &corev1.Affinity{}
	}
	affinity.NodeAffinity = &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: onNodes(corev1.NodeSelectorOpNotIn, node)}
	return proxySpec{appsv1.DaemonSetUpdateStrategy{Type: appsv1.OnDeleteDaemonSetStrategyType}, affinity}
}

func (p proxySpec) apply(ctx context.Context, client kubernetes.Interface) error {
	sets := client.AppsV1().DaemonSets(metav1.NamespaceSystem)
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		d, err := sets.Get(ctx, proxyDaemonSet, metav1.GetOptions{})
		if err != nil {
			return err
		}
		d.Spec.UpdateStrategy, d.Spec.Template.Spec.Affinity = p.Strategy, p.Affinity
		_, err = sets.Update(ctx, d, metav1.UpdateOptions{})
		return err
	})
	if err != nil {
		return fmt.Errorf("change daemonset %s: %w", proxyDaemonSet, err)
	}
	return nil
}

// undoProxy gives kube-proxy's DaemonSet back what it had, and returns when it has a pod
// on every node that is ready.
func undoProxy(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	var was proxySpec
	if err := json.Unmarshal([]byte(args["was"]), &was); err != nil {
		return fmt.Errorf("read what daemonset %s was: %w", proxyDaemonSet, err)
	}
	if err := was.apply(ctx, client); err != nil {
		return ignoreGone(err)
	}
	return untilThere(ctx, "daemonset "+proxyDaemonSet, func(ctx context.Context) (bool, error) {
		d, err := client.AppsV1().DaemonSets(metav1.NamespaceSystem).Get(ctx, proxyDaemonSet, metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		want, has := d.Status.DesiredNumberScheduled, d.Status
		return has.ObservedGeneration >= d.Generation && has.UpdatedNumberScheduled == want && has.NumberAvailable == want, nil
	})
}
