package faults

import (
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// NodeReboot cuts the power of the worker on which the seed's pod of the app runs, and
// switches it on again at once: sooner than anybody misses it, the same pods start anew.
func NodeReboot() Fault { return nodeReboot{} }

type nodeReboot struct{}

func (nodeReboot) Card() Card {
	return Card{
		Name:     "node/reboot",
		Breaks:   "a worker loses its power for a moment; every process there is gone",
		ShowsAs:  "the containers of its pods start anew, in the same pods; its boot takes longer than its lease only on a slow machine",
		UndoneBy: "the node is started, by the fault itself already",
		Look:     "kubectl get pods --output wide --watch",
		Blinds:   []string{history.SourceRuntime, history.SourceApp},
	}
}

func (nodeReboot) Needs() []kindconfigs.Trait {
	return []kindconfigs.Trait{kindconfigs.Workers(2), kindconfigs.NodePower}
}

func (nodeReboot) Inject(ctx context.Context, s *Site) error {
	nodes, err := nodeOfOnePod(ctx, s)
	if err != nil {
		return err
	}
	pods, err := s.AppPods(ctx)
	if err != nil {
		return err
	}
	there := slices.DeleteFunc(pods, func(p corev1.Pod) bool { return !slices.Contains(nodes, p.Spec.NodeName) })
	since := s.Clock.Now()
	if err := s.Undo(startNode(s, nodes[0])); err != nil {
		return err
	}
	err = s.Deed("reboot "+strings.Join(nodes, " "), nodes, func() error {
		if err := powerCut(ctx, s, nodes[0]); err != nil {
			return err
		}
		return s.Nodes.Start(ctx, nodes[0])
	})
	if err != nil {
		return err
	}
	return s.untilEnded(ctx, there, func(p corev1.Pod) string { return p.Spec.Containers[0].Name }, since)
}
