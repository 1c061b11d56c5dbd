package main

import (
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/run"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
)

// runFlags are the flags of seatrial run as they were given.
type runFlags struct {
	run.Options
	foreign foreignFlags
	tier    string
	files   []string
	origin  map[string]string // of a scenario's name, if it is from a trial file: that file
	rate    int
	dryRun  bool
}

func runCommand(g *global) *cobra.Command {
	f := &runFlags{}
	c := &cobra.Command{
		Use:   "run [SELECTOR...]",
		Short: "Run scenarios and give a verdict",
		Long: `Run scenarios, each with its twin, on clusters made for the purpose, and give a verdict.

A selector is a name, a topic or a pattern: probes/deadlock, probes, 'rollout/*'.
Without one the tier is run: smoke unless --tier says otherwise. The nightly tier leaves
Kubernetes its own timers, so that a lost node's pods are evicted after six minutes.

Exit code: 0 proven, 1 something failed, 2 not proven (invalid, skipped, not run, stopped),
3 the tool or this machine failed, 64 wrong usage, 130 interrupted.`,
		Example: `  seatrial run
  seatrial run probes/deadlock -o json
  seatrial run 'rollout/*' --seed 7431 --keep-failed
  seatrial run --tier smoke --deadline 30m --out results
  seatrial run probes/deadlock --context shop --image REGISTRY/web:1 --agent-image REGISTRY/seatrial:1
  seatrial run -f trial.yaml   # a scenario of the catalogue, its manifest, load or hold changed`,
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, g, args) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return scenarioNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.tier, "tier", "", "smoke, certify or nightly; each includes those before it (default smoke, without selectors)")
	flags.StringArrayVarP(&f.files, "file", "f", nil, "a trial file: scenario, load, hold, patches of the manifest (repeatable)")
	flags.StringVar(&f.Place, "place", "", "run everything in this place (seatrial list places)")
	addVersion(flags, &f.Version, " of the clusters")
	flags.Int64Var(&f.Seed, "seed", 0, "seed of all that is left to chance (default from the clock)")
	flags.IntVar(&f.Repeat, "repeat", 1, "run everything so many times")
	flags.IntVar(&f.Parallel, "parallel", 0, "trials at once on one cluster (default up to 3, as the machine carries them)")
	flags.IntVar(&f.rate, "rate", 0, "requests per second on each lane, where there is load (default what the scenario says)")
	flags.BoolVar(&f.Keep, "keep", false, "keep the clusters")
	flags.BoolVar(&f.KeepFailed, "keep-failed", false, "keep the clusters unless all passed")
	flags.DurationVar(&f.Deadline, "deadline", 0, "start nothing after so long, 5h say; what was not run counts as not proven")
	flags.BoolVar(&f.dryRun, "dry-run", false, "say what would be run, what it may disturb and how long it takes")
	flags.StringSliceVar(&f.AllowSkip, "allow-skip", nil, "scenario that may be skipped (repeatable)")
	flags.BoolVar(&f.WithoutTwin, "without-twin", false, "leave the twins out: quicker, and proves less")
	flags.StringVar(&f.Out, "out", "", "the run directory (default one under seatrial-runs)")
	flags.StringVar(&f.Cluster, "cluster", "", "use this cluster made by seatrial cluster create, and keep it")
	f.foreign.add(flags)
	return c
}

func (f *runFlags) run(c *cobra.Command, g *global, args []string) error {
	if f.Repeat < 1 {
		return usage("--repeat %d: at least 1", f.Repeat)
	}
	if f.rate < 0 {
		return usage("--rate %d: at least 1", f.rate)
	}
	if f.Parallel < 0 {
		return usage("--parallel %d: at least 1", f.Parallel)
	}
	if f.Deadline < 0 {
		return usage("--deadline %s: it must last", f.Deadline)
	}
	if f.Place != "" {
		if _, err := kindconfigs.Find(f.Place); err != nil {
			return usage("--place: %w", err)
		}
	}
	scenarios, err := f.chosen(args)
	if err != nil {
		return err
	}
	if _, err := pick("scenario to skip", "scenarios", f.AllowSkip, slices.Concat(catalogue.All(), scenarios), func(s suites.Scenario) string { return s.Name }); err != nil {
		return err
	}
	f.Scenarios = atRate(scenarios, f.rate)
	f.OwnTimers = f.tier == string(suites.Nightly)
	f.CommandLine = again(c, args)
	f.Alone = func(scenario string) string { return f.aloneOf(c, scenario) }
	if f.Foreign, err = f.foreign.chosen(f.Options, f.Scenarios); err != nil {
		return err
	}
	if f.dryRun {
		return f.dry(c, g)
	}
	view := g.terminal()
	defer view.Close()
	verdicts, err := run.Repeat(c.Context(), f.Options, view)
	view.Close()
	if len(verdicts) == 0 {
		return err
	}
	last := verdicts[len(verdicts)-1]
	opts := reports.TerminalOptions{NoColor: g.plain(os.Stdout)}
	table := reports.Table(last, opts)
	if len(verdicts) > 1 {
		table = reports.RepeatTable(verdicts, opts)
	}
	var data any = last
	if len(verdicts) > 1 {
		data = verdicts
	}
	worst := 0
	for _, v := range verdicts {
		worst = worse(worst, judge.ExitCode(v, f.AllowSkip))
	}
	return g.finish(c, data, table, worst, err)
}

// worse is the graver of two exit codes: a failure is graver than a lack of proof.
func worse(a, b int) int {
	if a == 1 || b == 1 {
		return 1
	}
	return max(a, b)
}

// atRate gives the scenarios that have load another rate; 0 leaves them as they are.
func atRate(scenarios []suites.Scenario, rate int) []suites.Scenario {
	for i := range scenarios {
		if rate > 0 && scenarios[i].Load.Rate > 0 {
			scenarios[i].Load.Rate = rate
		}
	}
	return scenarios
}

// chosen are the scenarios that were asked for by name and those of trial files.
func (f *runFlags) chosen(args []string) ([]suites.Scenario, error) {
	var scenarios []suites.Scenario
	f.origin = map[string]string{}
	if len(f.files) == 0 || len(args) > 0 || f.tier != "" {
		var err error
		if scenarios, err = selected(args, f.tier); err != nil {
			return nil, err
		}
	}
	for _, path := range f.files {
		s, err := suites.ReadFile(path, catalogue.All())
		if err != nil {
			return nil, usage("%w", err)
		}
		if slices.ContainsFunc(scenarios, func(o suites.Scenario) bool { return o.Name == s.Name }) {
			return nil, usage("%s: %s is asked for already; one run holds a scenario once", path, s.Name)
		}
		scenarios, f.origin[s.Name] = append(scenarios, s), path
	}
	return scenarios, nil
}

// selected picks the scenarios that the arguments name.
func selected(args []string, tierName string) ([]suites.Scenario, error) {
	var tier suites.Tier
	if tierName != "" || len(args) == 0 {
		if tierName == "" {
			tierName = string(suites.Smoke)
		}
		var err error
		if tier, err = suites.ParseTier(tierName); err != nil {
			return nil, usage("--tier: %w", err)
		}
	}
	scenarios, err := suites.Select(catalogue.All(), args, tier)
	if err != nil {
		return nil, usage("%w", err)
	}
	return scenarios, nil
}

func (f *runFlags) dry(c *cobra.Command, g *global) error {
	plan, err := run.Plan(c.Context(), f.Options)
	if err != nil {
		return err
	}
	return g.print(c.OutOrStdout(), plan, plan.Table)
}

func scenarioNames() []string {
	var names []string
	for _, s := range catalogue.All() {
		names = append(names, s.Name)
	}
	return names
}
