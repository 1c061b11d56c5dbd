package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/run"
)

func recoverCommand(g *global) *cobra.Command {
	var dry bool
	var forget string
	c := &cobra.Command{
		Use:     "recover",
		Short:   "Undo whatever a dead run left behind, remove clusters whose time is over; never touches a live run",
		Example: "  seatrial recover --dry-run\n  seatrial recover\n  seatrial recover --forget 7f3a21",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if forget != "" && dry {
				return usage("--forget gives up what a run left, --dry-run does nothing: one of them")
			}
			if forget != "" {
				o, err := journal.Forget(run.JournalDir(), forget)
				if err != nil {
					return err
				}
				return g.print(c.OutOrStdout(), o, func(w io.Writer) error { return printOutcomes(w, []journal.Outcome{o}) })
			}
			outcomes, err := recoverDead(c, g, dry)
			swept, sweepErr := run.SweepClusters(c.Context(), outcomes, "", dry)
			outcomes, err = append(outcomes, swept...), errors.Join(err, sweepErr)
			printErr := g.print(c.OutOrStdout(), array(outcomes), func(w io.Writer) error { return printOutcomes(w, outcomes) })
			if !dry {
				err = errors.Join(err, run.SweepKubeconfigs())
			}
			return errors.Join(err, printErr)
		},
	}
	c.Flags().BoolVar(&dry, "dry-run", false, "only say what would be undone")
	c.Flags().StringVar(&forget, "forget", "", "give up what this dead run left in place, and cannot be undone any more (its cluster is gone)")
	return c
}

// recoverDead undoes what dead runs left, or only lists it.
func recoverDead(c *cobra.Command, g *global, dry bool) ([]journal.Outcome, error) {
	ctx := c.Context()
	if dry {
		if cluster.Unreached(ctx) {
			fmt.Fprintln(c.ErrOrStderr(), "no Docker daemon answers, so that nothing can be said of the clusters on record (seatrial recover starts it where it can)")
		}
		return journal.Recover(ctx, run.JournalDir(), run.Undoers(), journal.RecoverOptions{DryRun: true})
	}
	view := g.terminal()
	defer view.Close()
	return run.RecoverDead(ctx, run.Undoers(), view.Working)
}

// printOutcomes prints what became of each dead run's journal, step by step.
func printOutcomes(w io.Writer, outcomes []journal.Outcome) error {
	if len(outcomes) == 0 {
		fmt.Fprintln(w, "nothing is left behind")
	}
	for _, o := range outcomes {
		what := "run"
		if o.Path == "" {
			what = "cluster"
		}
		fmt.Fprintf(w, "%s %s: %s (%s)\n", what, o.Info.Run, o.Fate, o.Info.Command)
		switch {
		case o.Fate == run.Unsure:
			fmt.Fprintf(w, "  not touched, it may be somebody else's: seatrial cluster delete --name %s\n", o.Info.Run)
		case o.Fate == journal.Left && o.Path != "":
			fmt.Fprintf(w, "  %v (seatrial recover --forget %s gives it up)\n", o.Err, o.Info.Run)
		}
		for _, step := range o.Steps {
			became := "undone"
			switch {
			case o.Fate == journal.Live || o.Fate == journal.Listed:
				became = "to be undone"
			case slices.ContainsFunc(o.Failed, func(f journal.Step) bool { return f.ID == step.ID }):
				became = "NOT undone"
			}
			fmt.Fprintf(w, "  %-12s %s\n", became, step.Says)
		}
	}
	return nil
}
