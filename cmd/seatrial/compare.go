package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/reports"
)

func compareCommand(g *global) *cobra.Command {
	return &cobra.Command{
		Use:     "compare DIR DIR",
		Short:   "Show two runs side by side, finding by finding",
		Example: "  seatrial compare seatrial-runs/before seatrial-runs/after",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			rows, err := reports.Compare(args[0], args[1])
			if err != nil {
				return err
			}
			return g.print(c.OutOrStdout(), rows, func(w io.Writer) error { return reports.CompareTable(w, rows) })
		},
	}
}
