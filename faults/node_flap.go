package faults

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// NodeFlap cuts the worker on which the seed's pod of the app runs off from all others so
// many times: each time until the API calls it not ready, and it is let back until it is
// called ready again. The last time it stays away.
func NodeFlap(times int) Fault { return nodeFlap{partition(nil), times} }

type nodeFlap struct {
	wholeNode
	times int
}

func (f nodeFlap) Card() Card {
	card := f.wholeNode.Card()
	card.Name = "node/flap"
	card.Breaks = fmt.Sprintf("a worker is cut off from the other nodes %d times, and back in between", f.times)
	card.ShowsAs = "the node goes NotReady and Ready in turn; its pods leave the endpoints and come back"
	return card
}

// Needs shortened timers: several losses in a row are to be seen within what one may take.
func (f nodeFlap) Needs() []kindconfigs.Trait {
	return append(f.wholeNode.Needs(), kindconfigs.FastTimers)
}

func (f nodeFlap) Inject(ctx context.Context, s *Site) error {
	nodes, err := nodeOfOnePod(ctx, s)
	if err != nil {
		return err
	}
	f.nodes = func(context.Context, *Site) ([]string, error) { return nodes, nil } // the same one again
	for n := range f.times {
		if n > 0 {
			if err := f.back(ctx, s, nodes[0]); err != nil {
				return err
			}
		}
		if err := f.wholeNode.Inject(ctx, s); err != nil {
			return fmt.Errorf("flap %d of %d: %w", n+1, f.times, err)
		}
	}
	return nil
}

// back undoes what was done to the node, and waits until it is called ready.
func (f nodeFlap) back(ctx context.Context, s *Site, node string) error {
	step := f.undo(s, node)
	if err := machineUndos[step.Kind](ctx, s.Nodes, step.Args); err != nil {
		return fmt.Errorf("let %s back: %w", node, err)
	}
	return s.Until(ctx, node+" ready", func(seen []history.Interval) bool {
		i, ok := observedNow(seen, history.SourceNode, node)
		return ok && i.State == string(corev1.ConditionTrue)
	})
}
