package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/journal"
)

// Unsure is the fate of a cluster that looks left over, but may be somebody else's.
const Unsure journal.Fate = "unsure"

// SweepClusters removes clusters of ours whose time is over, or whose nodes are gone, and
// returns what became of each. Those that a live run uses are left alone, and so is the one
// to keep. Without a Docker daemon there are none.
func SweepClusters(ctx context.Context, runs []journal.Outcome, keep string, dry bool) ([]journal.Outcome, error) {
	left, err := cluster.Leftovers(ctx)
	if errors.Is(err, cluster.ErrNoDocker) {
		return nil, nil // doctor says what is the matter with Docker
	}
	if err != nil {
		return nil, fmt.Errorf("look for clusters that were left: %w", err)
	}
	return sweep(ctx, unclaimed(left, runs, keep), Undoers(), dry)
}

// unclaimed are those of the leftovers that no live run uses.
func unclaimed(left []cluster.Leftover, runs []journal.Outcome, keep string) []cluster.Leftover {
	return slices.DeleteFunc(slices.Clone(left), func(l cluster.Leftover) bool {
		claimed := slices.ContainsFunc(runs, func(o journal.Outcome) bool {
			names := func(s journal.Step) bool { return s.Args["cluster"] == l.Cluster }
			return o.Fate == journal.Live && (o.Info.Cluster == l.Cluster || slices.ContainsFunc(o.Steps, names))
		})
		return claimed || l.Cluster == keep
	})
}

func sweep(ctx context.Context, left []cluster.Leftover, u journal.Undoers, dry bool) ([]journal.Outcome, error) {
	var all []journal.Outcome
	var errs []error
	for _, l := range left {
		o := journal.Outcome{Info: journal.Info{Run: l.Cluster, Command: l.Why}, Fate: journal.Listed, Steps: []journal.Step{l.Undo}}
		switch {
		case !l.Due:
			o.Fate, o.Steps = Unsure, nil
		case !dry:
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
