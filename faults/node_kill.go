package faults

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// NodeKill cuts the power of the worker on which the seed's pod of the app runs:
// its link goes down first, so that nobody is told that its sockets close.
func NodeKill() Fault { return nodeKill{} }

type nodeKill struct{}

func (nodeKill) Card() Card {
	return Card{
		Name:     "node/kill",
		Breaks:   "a worker loses its power: link down, then every process gone at once",
		ShowsAs:  "requests to its pods time out; the node is NotReady after the grace period",
		UndoneBy: "the node is started again",
		Look:     "kubectl get nodes --watch",
		Blinds:   []string{history.SourceRuntime, history.SourceApp},
	}
}

func (nodeKill) Needs() []kindconfigs.Trait {
	return []kindconfigs.Trait{kindconfigs.Workers(2), kindconfigs.NodePower}
}

func (nodeKill) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, OnePod)
	if err != nil {
		return err
	}
	node := pods[0].Spec.NodeName
	if err := s.Undo(s.step(UndoNodeStart, "start node "+node, "node", node)); err != nil {
		return err
	}
	err = s.Deed("cut the power of "+node, []string{node}, func() error {
		if err := s.Nodes.LinkDown(ctx, node); err != nil {
			return fmt.Errorf("cut the link of %s: %w", node, err)
		}
		return s.Nodes.Kill(ctx, node)
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, "node "+node+" not ready", func(seen []history.Interval) bool {
		i, ok := observedNow(seen, history.SourceNode, node)
		return ok && i.State != string(corev1.ConditionTrue)
	})
}

// observedNow returns the state that the subject is in now, as far as was seen.
func observedNow(seen []history.Interval, source, subject string) (history.Interval, bool) {
	for n := len(seen) - 1; n >= 0; n-- {
		if i := seen[n]; i.Source == source && i.Subject == subject && i.To == history.Open {
			return i, true
		}
	}
	return history.Interval{}, false
}
