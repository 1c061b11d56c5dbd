package run

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/journal"
)

// SweepClusters removes clusters of ours whose time is over, or whose nodes are gone, and
// returns what became of each. Those that a live run has journalled are left alone, and so
// is the one to keep. Without a Docker daemon there are none.
func SweepClusters(ctx context.Context, runs []journal.Outcome, keep string, dry bool) ([]journal.Outcome, error) {
	left, err := cluster.Leftovers(ctx)
	if err != nil {
		left = nil // doctor says what is the matter with Docker
	}
	return sweep(ctx, due(left, runs, keep), Undoers(), dry)
}

// due are those of the leftovers that nobody has a claim to.
func due(left []cluster.Leftover, runs []journal.Outcome, keep string) []cluster.Leftover {
	return slices.DeleteFunc(slices.Clone(left), func(l cluster.Leftover) bool {
		claimed := slices.ContainsFunc(runs, func(o journal.Outcome) bool {
			return o.Fate == journal.Live && slices.ContainsFunc(o.Steps, func(s journal.Step) bool { return s.Args["cluster"] == l.Cluster })
		})
		return !l.Due || claimed || l.Cluster == keep
	})
}

func sweep(ctx context.Context, left []cluster.Leftover, u journal.Undoers, dry bool) ([]journal.Outcome, error) {
	var all []journal.Outcome
	var errs []error
	for _, l := range left {
		o := journal.Outcome{Info: journal.Info{Run: l.Cluster, Command: l.Why}, Fate: journal.Listed, Steps: []journal.Step{l.Undo}}
		if !dry {
			o.Fate = journal.Recovered
			ctx, cancel := context.WithTimeout(ctx, sweepTimeout)
			if o.Err = u[l.Undo.Kind](ctx, l.Undo.Args); o.Err != nil {
				o.Fate, o.Failed = journal.Left, o.Steps
				errs = append(errs, o.Err)
			}
			cancel()
		}
		all = append(all, o)
	}
	return all, errors.Join(errs...)
}

// sweepTimeout is how long the removal of a cluster may take.
const sweepTimeout = 2 * time.Minute
