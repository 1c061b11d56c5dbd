package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/run"
)

func recoverCommand(g *global) *cobra.Command {
	var dry bool
	c := &cobra.Command{
		Use:     "recover",
		Short:   "Undo whatever a dead run left behind; never touches a live one",
		Example: "  seatrial recover --dry-run\n  seatrial recover",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			outcomes, err := journal.Recover(c.Context(), run.JournalDir(), run.Undoers(), journal.RecoverOptions{DryRun: dry})
			printErr := g.print(c.OutOrStdout(), array(outcomes), func(w io.Writer) error {
				if len(outcomes) == 0 {
					fmt.Fprintln(w, "nothing is left behind")
				}
				for _, o := range outcomes {
					fmt.Fprintln(w, o)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return printErr
		},
	}
	c.Flags().BoolVar(&dry, "dry-run", false, "only say what would be undone")
	return c
}
