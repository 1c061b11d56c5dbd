package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// NodeCordon closes the worker on which the seed's pod of the app runs to new pods, as
// `kubectl cordon` does: the pods that are there stay.
func NodeCordon() Fault { return nodeCordon{} }

type nodeCordon struct{}

func (nodeCordon) Card() Card {
	return Card{
		Name:     "node/cordon",
		Breaks:   "a worker takes no new pods",
		ShowsAs:  "the node is SchedulingDisabled; its pods stay",
		UndoneBy: "the node is uncordoned",
		Look:     "kubectl get nodes --watch",
	}
}

func (nodeCordon) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.Workers(2)} }

func (nodeCordon) Rights() []Right { return nodeRights("get", "list", "patch") }

func (nodeCordon) Inject(ctx context.Context, s *Site) error {
	nodes, err := nodeOfOnePod(ctx, s)
	if err != nil {
		return err
	}
	closed, err := s.cordonAll(ctx, "cordon", nodes)
	switch {
	case err != nil:
		return err
	case len(closed) == 0:
		return fmt.Errorf("node %s is cordoned already: there is nothing to do, and nothing to undo", strings.Join(nodes, " "))
	}
	return s.untilCordoned(ctx, closed)
}

// cordonAll cordons those of the nodes that are not, and returns them: what somebody else
// has closed stays closed when ours are opened again. It is the deed.
func (s *Site) cordonAll(ctx context.Context, what string, nodes []string) ([]string, error) {
	list, err := s.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list nodes: %w", err)
	}
	var open []string
	for _, n := range list.Items {
		if !n.Spec.Unschedulable && slices.Contains(nodes, n.Name) {
			open = append(open, n.Name)
		}
	}
	for _, node := range open {
		if err := s.Undo(s.step(UndoCordon, "uncordon "+node, "node", node)); err != nil {
			return nil, err
		}
	}
	return open, s.Deed(what+" "+strings.Join(nodes, " "), nodes, func() error {
		return each(open, func(node string) error { return cordon(ctx, s.Client, node, true) })
	})
}
