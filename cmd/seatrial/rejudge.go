package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
	"github.com/seatrial/seatrial/suites/drills"
	"github.com/seatrial/seatrial/suites/mutations"
)

// judged lists whatever a run directory may hold trials of.
func judged() []suites.Scenario {
	all := catalogue.All()
	for _, m := range mutations.All() {
		all = append(all, m.Scenario())
	}
	return append(all, drills.All(0)...) // for how long does not matter any more
}

func rejudgeCommand(g *global) *cobra.Command {
	var write bool
	c := &cobra.Command{
		Use:   "rejudge DIR",
		Short: "Judge a run again from its records, without a cluster",
		Long: `Judge a run again from its records, without a cluster and without a clock.

The same rules give the same bytes of verdict.json. If they differ, because the
rules have changed since, the differences are listed and the exit code is that of
the new verdict.`,
		Example: "  seatrial rejudge seatrial-runs/20261101-020000-7f3a",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			again, err := run.Rejudge(args[0], judged())
			if err != nil {
				return err
			}
			if write {
				if err := os.WriteFile(reports.VerdictPath(args[0]), judge.Encode(again.Now), 0o644); err != nil {
					return fmt.Errorf("write the new verdict: %w", err)
				}
			}
			if g.output == "json" { // the very bytes of verdict.json
				_, err = c.OutOrStdout().Write(judge.Encode(again.Now))
			} else {
				err = again.Table(c.OutOrStdout())
			}
			if err != nil {
				return err
			}
			if code := again.ExitCode(); code != 0 {
				return &codeError{code, errQuiet}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&write, "write", false, "put the new verdict in the place of the old")
	return c
}
