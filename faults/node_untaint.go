package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// NodeUntaint removes a taint by hand from every worker that has it, as somebody
// would who takes the symptom for the cause.
func NodeUntaint(key string) Fault { return nodeUntaint{key} }

type nodeUntaint struct{ key string }

func (f nodeUntaint) Card() Card {
	return Card{
		Name:     "node/untaint",
		Breaks:   "the taint " + f.key + " is removed by hand",
		ShowsAs:  "the node has no such taint, until whoever set it sets it again",
		UndoneBy: "nothing: the node's condition decides",
		Look:     "kubectl get nodes -o custom-columns='NODE:.metadata.name,TAINTS:.spec.taints[*].key' --watch",
	}
}

func (nodeUntaint) Needs() []kindconfigs.Trait { return nil }

func (nodeUntaint) Rights() []Right { return nodeRights("get", "list", "update") }

func (f nodeUntaint) Inject(ctx context.Context, s *Site) error {
	// Whoever sets the taint may be slower than we are.
	err := s.Until(ctx, "a node with taint "+f.key, func(seen []history.Interval) bool {
		return slices.ContainsFunc(seen, func(i history.Interval) bool { return f.isOn(i, "") && i.To == history.Open })
	})
	if err != nil {
		return err
	}
	nodes, err := s.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list nodes: %w", err)
	}
	for _, node := range nodes.Items {
		if !slices.ContainsFunc(node.Spec.Taints, f.is) {
			continue
		}
		if err := f.remove(ctx, s, node.Name); err != nil {
			return err
		}
	}
	return nil
}

func (f nodeUntaint) is(t corev1.Taint) bool { return t.Key == f.key }

// isOn reports whether what was seen is the taint, on that node or on any.
func (f nodeUntaint) isOn(i history.Interval, node string) bool {
	at, effect, _ := strings.Cut(i.Subject, "/")
	return i.Source == history.SourceTaint && strings.HasPrefix(effect, f.key+":") && (node == "" || at == node)
}

func (f nodeUntaint) remove(ctx context.Context, s *Site, name string) error {
	before := s.Clock.Now()
	err := s.Deed("remove taint "+f.key+" from "+name, []string{name}, func() error {
		return editTaints(ctx, s.Client, name, without(f.key))
	})
	if err != nil {
		return fmt.Errorf("remove taint %s from %s: %w", f.key, name, err)
	}
	return s.Until(ctx, "taint "+f.key+" gone from "+name, func(seen []history.Interval) bool {
		return slices.ContainsFunc(seen, func(i history.Interval) bool {
			return f.isOn(i, name) && i.To != history.Open && i.To >= before
		})
	})
}
