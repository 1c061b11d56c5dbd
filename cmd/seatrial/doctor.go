package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/host"
)

func doctorCommand(g *global) *cobra.Command {
	return &cobra.Command{
		Use:     "doctor",
		Short:   "Say whether this machine can host a trial, and how to fix what it lacks",
		Example: "  seatrial doctor\n  seatrial doctor -o json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			findings := host.Check(c.Context())
			if err := g.print(c.OutOrStdout(), findings, func(w io.Writer) error { return printFindings(w, findings) }); err != nil {
				return err
			}
			left, err := cluster.Leftovers(c.Context())
			if err == nil && len(left) > 0 {
				for _, l := range left {
					fmt.Fprintf(c.ErrOrStderr(), "left over: cluster %s, %s (seatrial cluster delete --name %s)\n", l.Cluster, l.Why, l.Cluster)
				}
			}
			for _, f := range findings {
				if !f.OK {
					return &codeError{exitTool, errQuiet}
				}
			}
			return nil
		},
	}
}

func printFindings(w io.Writer, findings []host.Finding) error {
	for _, f := range findings {
		fmt.Fprintf(w, "%-5s %-24s %s\n", f.Level, f.Name, f.Got)
		if f.Level != host.LevelOK {
			fmt.Fprintf(w, "      wanted: %s\n", f.Want)
		}
		if f.Fix != "" {
			fmt.Fprintf(w, "      fix:    %s\n", f.Fix)
		}
	}
	return nil
}
