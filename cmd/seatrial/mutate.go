package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites/mutations"
)

func mutateCommand(g *global) *cobra.Command {
	var o run.Options
	c := &cobra.Command{
		Use:   "mutate [NAME...]",
		Short: "Plant known defects and show that each is caught",
		Long: `Plant known defects, one at a time, into scenarios that pass without them, and show
that each is caught: by a FAIL of the finding that was named for it beforehand.

A name may be a pattern: 'startup-*'. Without one all defects are planted. What
they are planted in is run as well, without its twin.

Exit code: 0 all caught, 1 one was not, or what it was planted in failed without it,
2 not proven, 3 the tool or this machine failed, 64 wrong usage, 130 interrupted.`,
		Example: `  seatrial mutate
  seatrial mutate no-pre-stop 'startup-*' --out results`,
		RunE: func(c *cobra.Command, args []string) error { return mutate(c, g, o, args) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return mutationNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	flags := c.Flags()
	addVersion(flags, &o.Version, " of the clusters")
	flags.Int64Var(&o.Seed, "seed", 0, "seed of all that is left to chance (default from the clock)")
	flags.IntVar(&o.Parallel, "parallel", 0, "trials at once on one cluster (default up to 3, as the machine carries them)")
	flags.BoolVar(&o.Keep, "keep", false, "keep the cluster")
	flags.StringVar(&o.Out, "out", "", "the run directory (default one under seatrial-runs)")
	flags.StringVar(&o.Cluster, "cluster", "", "use this cluster made by seatrial cluster create, and keep it")
	return c
}

func mutate(c *cobra.Command, g *global, o run.Options, args []string) error {
	if o.Parallel < 0 {
		return usage("--parallel %d: at least 1", o.Parallel)
	}
	picked, err := pickMutations(args)
	if err != nil {
		return err
	}
	o.Scenarios, o.WithoutTwin, o.CommandLine = mutations.Scenarios(picked), true, again(c, args)
	o.Alone = func(scenario string) string {
		for _, m := range picked {
			if scenario == m.In.Name || scenario == m.Scenario().Name {
				return alone(c, m.Name)
			}
		}
		return ""
	}
	view := g.terminal()
	defer view.Close()
	verdict, err := run.Run(c.Context(), o, view)
	view.Close()
	rows := mutationRows(picked, verdict)
	table := reports.MutationTable(rows, reports.TerminalOptions{NoColor: g.plain(os.Stdout)})
	return g.finish(c, rows, table, judge.ExitCode(verdict, nil), err)
}

// pickMutations picks by names and patterns; none picks all.
func pickMutations(args []string) ([]mutations.Mutation, error) {
	if len(args) == 0 {
		return mutations.All(), nil
	}
	return pick("defect", "mutations", args, mutations.All(), func(m mutations.Mutation) string { return m.Name })
}

func mutationNames() []string {
	var names []string
	for _, m := range mutations.All() {
		names = append(names, m.Name)
	}
	return names
}

// mutationRows compares what was expected of each mutation with its verdict.
func mutationRows(picked []mutations.Mutation, verdict judge.Run) []reports.Mutation {
	trial := func(name string) judge.Trial {
		for _, t := range verdict.Trials {
			if t.Name == name {
				return t
			}
		}
		return judge.Trial{Name: name, Status: judge.Invalid, Reason: "not run"}
	}
	var rows []reports.Mutation
	for _, m := range picked {
		t := trial(m.Scenario().Name)
		rows = append(rows, reports.Mutation{
			Name: m.Name, Why: m.Why, In: m.In.Name, Unmutated: trial(m.In.Name).Status,
			Finding: m.Finding, Outcome: outcome(trial(m.In.Name).Status, t.Status), Said: t.Reason,
		})
	}
	return rows
}

// outcome is what is known of a defect by how its scenario came out without it and
// how the trial with it did.
func outcome(without, with judge.Status) reports.Outcome {
	switch {
	case without == judge.Pass && with == judge.Pass:
		return reports.Caught
	case with == judge.Fail:
		return reports.Missed
	}
	return reports.Unproven
}
