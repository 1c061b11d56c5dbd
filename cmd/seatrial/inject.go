package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/run"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/drills"
)

// injectFlags are the flags of seatrial inject as they were given.
type injectFlags struct {
	run.Options
	foreign foreignFlags
	hold    time.Duration
}

func injectCommand(g *global) *cobra.Command {
	f := &injectFlags{}
	c := &cobra.Command{
		Use:   "inject FAULT...",
		Short: "Inject a fault by hand, leave it in place for a while, undo it",
		Long: `Inject a fault into an app that is deployed for the purpose, on a cluster made by
seatrial cluster create or for the purpose, leave it in place for a while and undo it.

On a cluster that Seatrial did not make (--context) only faults inside a namespace of its
own are injected, unless --allow lets more, and only if the cluster allows each verb that
is needed (seatrial rbac). It is undone at once if a workload of somebody else's degrades,
or --stop-if does not answer any more.

It is in place when a sensor other than the injector has seen its effect. It is
undone at the end, at Ctrl-C, by a guardian of its own if this process is killed,
by timers in the nodes if the guardian is too, and by seatrial recover.

A fault may be a pattern, 'node/*': one after the other is injected then.

Exit code: 0 seen, undone and nothing left behind, 1 not, 2 no effect was seen or stopped,
3 the tool or this machine failed, 64 wrong usage, 130 interrupted.`,
		Example: `  seatrial list faults
  seatrial inject node/freeze --for 30s --cluster mine
  seatrial inject node/partition-from-peers --cluster mine --target mine-worker2
  seatrial inject 'controlplane/*' --for 5s
  seatrial inject node/drain --context shop --image REGISTRY/web:1 --allow node-faults --stop-if https://shop.example/health`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("which fault? (seatrial list faults shows all)")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return f.inject(c, g, args) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return faultNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	flags := c.Flags()
	flags.DurationVar(&f.hold, "for", 30*time.Second, "leave it in place for so long")
	flags.StringVar(&f.Cluster, "cluster", "", "use this cluster made by seatrial cluster create, and keep it")
	flags.StringVar(&f.Place, "place", "", "make the cluster in this place (seatrial list places)")
	flags.StringVar(&f.Target, "target", "", "hit this node, or a pod on it whose name is known beforehand (default by the seed)")
	addVersion(flags, &f.Version, " of the cluster")
	flags.Int64Var(&f.Seed, "seed", 0, "seed of all that is left to chance (default from the clock)")
	flags.BoolVar(&f.Keep, "keep", false, "keep the cluster")
	flags.StringVar(&f.Out, "out", "", "the run directory (default one under seatrial-runs)")
	f.foreign.add(flags)
	return c
}

func faultNames() []string {
	var names []string
	for _, f := range faults.All() {
		names = append(names, f.Card().Name)
	}
	return names
}

func (f *injectFlags) inject(c *cobra.Command, g *global, args []string) error {
	if f.hold <= 0 {
		return usage("--for %s: it must be left in place for some time", f.hold)
	}
	if f.Place != "" {
		if _, err := kindconfigs.Find(f.Place); err != nil {
			return usage("--place: %w", err)
		}
	}
	picked, err := pick("fault", "faults", args, faults.All(), func(f faults.Fault) string { return f.Card().Name })
	if err != nil {
		return err
	}
	for _, fault := range picked {
		if f.Target != "" && !faults.Aims(fault) {
			return usage("--target %s: %s has no target to choose, it hits what its card says", f.Target, fault.Card().Name)
		}
		f.Scenarios = append(f.Scenarios, drills.Of(fault, f.hold))
	}
	if f.Foreign, err = f.foreign.chosen(f.Options, f.Scenarios); err != nil {
		return err
	}
	for _, fault := range picked {
		if !g.quiet {
			if err := printCard(os.Stderr, fault.Card()); err != nil {
				return err
			}
		}
	}
	f.WithoutTwin, f.Parallel, f.CommandLine = true, 1, again(c, args)
	f.Alone = func(scenario string) string {
		for _, fault := range picked {
			if drills.Name(fault.Card().Name) == scenario {
				return alone(c, fault.Card().Name)
			}
		}
		return ""
	}
	view := g.terminal()
	defer view.Close()
	verdict, err := run.Run(c.Context(), f.Options, view)
	view.Close()
	rows := drillRows(picked, f.Scenarios, verdict)
	table := reports.DrillTable(rows, reports.TerminalOptions{NoColor: g.plain(os.Stdout)})
	return g.finish(c, rows, table, judge.ExitCode(verdict, nil), err)
}

// printCard prints what a person must know about a fault before it is there.
func printCard(w io.Writer, card faults.Card) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintf(t, "%s\n  breaks\t%s\n  shows as\t%s\n  undone by\t%s\n  look\t%s\n\n", card.Name, card.Breaks, card.ShowsAs, card.UndoneBy, card.Look)
	return t.Flush()
}

// drillRows tells what became of each fault, in the order in which they were asked for.
func drillRows(picked []faults.Fault, scenarios []suites.Scenario, verdict judge.Run) []reports.Drill {
	trials := map[string]judge.Trial{}
	for _, t := range verdict.Trials {
		trials[t.Name] = t
	}
	var rows []reports.Drill
	for n, s := range scenarios {
		row := reports.Drill{Fault: picked[n].Card().Name, Status: judge.Invalid, Said: "not run"}
		if t, ok := trials[s.Name]; ok {
			row.Status, row.Said = t.Status, t.Reason
			for _, f := range t.Findings {
				if f.Name == suites.Undone().Name() && (t.Status == judge.Pass || row.Said == "") {
					row.Said = f.Got
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}
