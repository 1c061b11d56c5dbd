package faults

import (
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// wholeNode is what happens to a worker, the one on which the seed's pod of the app
// runs, or to several. It is in place once the API calls each of them not ready.
type wholeNode struct {
	card  Card
	nodes func(ctx context.Context, s *Site) ([]string, error) // nil: nodeOfOnePod
	what  string                                               // what is done, before the node's name: "cut the power of"
	undo  func(s *Site, node string) journal.Step
	act   func(ctx context.Context, s *Site, node string) error

	rights []Right // what it takes beside the machines
}

func (f wholeNode) Card() Card { return f.card }

// Needs: with two workers the service can go on without one.
func (wholeNode) Needs() []kindconfigs.Trait {
	return []kindconfigs.Trait{kindconfigs.Workers(2), kindconfigs.NodePower}
}

func (f wholeNode) Rights() []Right { return f.rights }

func (f wholeNode) Inject(ctx context.Context, s *Site) error {
	choose := f.nodes
	if choose == nil {
		choose = nodeOfOnePod
	}
	nodes, err := choose(ctx, s)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		if err := s.Undo(f.undo(s, node)); err != nil {
			return err
		}
	}
	all := strings.Join(nodes, " ")
	err = s.Deed(f.what+" "+all, nodes, func() error {
		return each(nodes, func(node string) error { return f.act(ctx, s, node) })
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, all+" not ready", func(seen []history.Interval) bool {
		return !slices.ContainsFunc(nodes, func(node string) bool {
			i, ok := observedNow(seen, history.SourceNode, node)
			return !ok || i.State == string(corev1.ConditionTrue)
		})
	})
}

// nodeOfOnePod is the worker on which the seed's pod of the app runs.
func nodeOfOnePod(ctx context.Context, s *Site) ([]string, error) {
	return nodesOfChosen(OnePod)(ctx, s)
}

// nodesOfChosen are the workers on which the chosen pods of the app run; nil is OnePod.
func nodesOfChosen(choose Choice) func(ctx context.Context, s *Site) ([]string, error) {
	return func(ctx context.Context, s *Site) ([]string, error) {
		pods, err := s.Pick(ctx, choose)
		return nodesOf(pods), err
	}
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
