package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/retry"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// NodeTaint taints every worker NoSchedule by hand, as `kubectl taint nodes` does: pods
// that are there stay, no new one comes that does not tolerate it.
func NodeTaint(key string) Fault { return nodeTaint{key} }

type nodeTaint struct{ key string }

func (f nodeTaint) Card() Card {
	return Card{
		Name:     "node/taint",
		Breaks:   "every worker is tainted " + f.key + ":NoSchedule",
		ShowsAs:  "new pods stay Pending: untolerated taint",
		UndoneBy: "the taint is taken off",
		Look:     "kubectl get nodes -o custom-columns='NODE:.metadata.name,TAINTS:.spec.taints[*].key' --watch",
	}
}

// Needs machines of our own: who shares a cluster with others taints none of its nodes,
// let alone every one.
func (nodeTaint) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.Machines} }

func (nodeTaint) Rights() []Right { return nodeRights("get", "update") }

func (f nodeTaint) Inject(ctx context.Context, s *Site) error {
	workers := s.Nodes.Names("worker")
	for _, node := range workers {
		if err := s.Undo(s.step(UndoTaint, "take taint "+f.key+" off "+node, "node", node, "key", f.key)); err != nil {
			return err
		}
	}
	err := s.Deed("taint "+strings.Join(workers, " ")+" with "+f.key, workers, func() error {
		for _, node := range workers {
			if err := editTaints(ctx, s.Client, node, f.on); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, "taint "+f.key+" on "+strings.Join(workers, " "), func(seen []history.Interval) bool {
		return !slices.ContainsFunc(workers, func(node string) bool {
			_, there := observedNow(seen, history.SourceTaint, node+"/"+f.key+":"+string(corev1.TaintEffectNoSchedule))
			return !there
		})
	})
}

func (f nodeTaint) on(taints []corev1.Taint) []corev1.Taint {
	return append(without(f.key)(taints), corev1.Taint{Key: f.key, Effect: corev1.TaintEffectNoSchedule})
}

// without takes a key off.
func without(key string) func([]corev1.Taint) []corev1.Taint {
	return func(taints []corev1.Taint) []corev1.Taint {
		return slices.DeleteFunc(slices.Clone(taints), func(t corev1.Taint) bool { return t.Key == key })
	}
}

// editTaints gives the node what edit makes of its taints.
func editTaints(ctx context.Context, client kubernetes.Interface, name string, edit func([]corev1.Taint) []corev1.Taint) error {
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		node, err := client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		node.Spec.Taints = edit(node.Spec.Taints)
		_, err = client.CoreV1().Nodes().Update(ctx, node, metav1.UpdateOptions{})
		return err
	})
	if err != nil {
		return fmt.Errorf("edit the taints of %s: %w", name, err)
	}
	return nil
}

func undoRetaint(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	return ignoreGone(editTaints(ctx, client, args["node"], nodeTaint{args["key"]}.on))
}

func undoTaint(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	return ignoreGone(editTaints(ctx, client, args["node"], without(args["key"])))
}
