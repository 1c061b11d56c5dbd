package main

import (
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
the new verdict. With --write the verdicts and all reports of the directory are
written anew, as this version of the tool draws them.`,
		Example: "  seatrial rejudge seatrial-runs/20261101-020000-7f3a",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			again, err := rejudge(args[0], write)
			if err != nil {
				return err
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
	c.Flags().BoolVar(&write, "write", false, "put the new verdict and reports in the place of the old")
	return c
}

// rejudge judges the run in a directory again, and writes what it says now in the place of
// what it said if that is wished.
func rejudge(dir string, write bool) (run.Rejudged, error) {
	again, err := run.Rejudge(dir, judged(), nil)
	if err != nil || !write {
		return again, err
	}
	d, err := reports.OpenDir(dir)
	if err != nil {
		return run.Rejudged{}, err
	}
	// Only now that all of it can be judged; the records are too large to be kept meanwhile.
	if _, err = run.Rejudge(dir, judged(), d.WriteTrial); err != nil {
		return run.Rejudged{}, err
	}
	return again, d.Rewrite(again.Now)
}
