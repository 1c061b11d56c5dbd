package e2e

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"sigs.k8s.io/e2e-framework/pkg/env"
	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/features"

	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/lab"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/internal/self"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
)

const (
	enabled   = "SEATRIAL_CLUSTER"  // any value: run the trials
	selectors = "SEATRIAL_RUN"      // which scenarios, separated by spaces; none: the smoke tier
	outVar    = "SEATRIAL_OUT"      // the run directory
	parallel  = "SEATRIAL_PARALLEL" // trials at once on one cluster
)

var (
	testenv env.Environment
	verdict judge.Run
)

func TestMain(m *testing.M) {
	if code, hidden := self.Main(os.Args, run.Undoers); hidden {
		os.Exit(code)
	}
	testenv = env.New()
	if os.Getenv(enabled) != "" {
		// The trials share clusters and run side by side, so all of them are run
		// first; the features then look at what was found.
		testenv.Setup(runAll)
	}
	os.Exit(testenv.Run(m))
}

// runAll runs the scenarios. An error of the machine fails the whole; whatever
// was found stands in the run directory.
func runAll(ctx context.Context, _ *envconf.Config) (context.Context, error) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	scenarios, err := suites.Select(catalogue.All(), strings.Fields(os.Getenv(selectors)), tier())
	if err != nil {
		return ctx, err
	}
	atOnce, _ := strconv.Atoi(os.Getenv(parallel)) // 0: as many as the run thinks fit
	view := reports.NewTerminal(os.Stderr, reports.TerminalOptions{NoColor: true})
	defer view.Close()
	verdict, err = run.Run(ctx, run.Options{Scenarios: scenarios, Out: os.Getenv(outVar), Parallel: atOnce, CommandLine: asCommand()}, view)
	return context.WithoutCancel(ctx), err
}

// asCommand is the command line that runs the same scenarios.
func asCommand() []string {
	line := append([]string{"seatrial", "run"}, strings.Fields(os.Getenv(selectors))...)
	if t := tier(); t != "" {
		line = append(line, "--tier", string(t))
	}
	if n := os.Getenv(parallel); n != "" {
		line = append(line, "--parallel", n)
	}
	return line
}

// The line that repeats a run of these tests chooses what they chose.
func TestAsCommand(t *testing.T) {
	for chosen, want := range map[string]string{"": "seatrial run --tier smoke --parallel 2", "probes/deadlock 'x/*'": "seatrial run probes/deadlock 'x/*' --parallel 2"} {
		t.Setenv(selectors, chosen)
		t.Setenv(parallel, "2")
		if got := strings.Join(asCommand(), " "); got != want {
			t.Errorf("%q: %s, want %s", chosen, got, want)
		}
	}
}

func tier() suites.Tier {
	if os.Getenv(selectors) == "" {
		return suites.Smoke
	}
	return ""
}

// TestTrials has a feature per scenario and an assessment per finding.
func TestTrials(t *testing.T) {
	if os.Getenv(enabled) == "" {
		t.Skip(enabled + " is not set: the trials need a machine that can host clusters (make test-cluster)")
	}
	if len(verdict.Trials) == 0 {
		t.Fatal("nothing was judged")
	}
	for _, name := range verdict.NotRun {
		t.Errorf("%s was not run", name)
	}
	for _, trial := range verdict.Trials {
		testenv.Test(t, feature(trial))
	}
}

// feature is a judged trial as e2e-framework sees it.
func feature(trial judge.Trial) features.Feature {
	f := features.New(trial.Name)
	for _, finding := range trial.Findings {
		f.Assess(finding.Name, func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			if trial.Planted == nil && finding.Status != judge.Pass {
				t.Errorf("%s: want %s, got %s (%s)", finding.Status, finding.Want, finding.Got, finding.LimitFrom)
			}
			return ctx
		})
	}
	if l := labOf(trial.Name); l != nil && trial.Status == judge.Pass {
		f.Assess("lab", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			if lab.Right(l, trial) == 0 {
				t.Errorf("the lab asks for a figure of %s, and there is none that a choice holds", l.Finding)
			}
			return ctx
		})
	}
	f.Assess("verdict", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
		if trial.Status != judge.Pass {
			t.Error(fmt.Sprint(trial.Status, " ", trial.Reason))
		}
		return ctx
	})
	return f.Feature()
}

// labOf is the lab of a scenario, nil if it has none.
func labOf(name string) *suites.Lab {
	all := catalogue.All()
	if n := slices.IndexFunc(all, func(s suites.Scenario) bool { return s.Name == name }); n >= 0 {
		return all[n].Lab
	}
	return nil
}

// TestFeatureHasEveryFinding shows that no finding is lost on the way into
// features, and that their names are stable identifiers.
func TestFeatureHasEveryFinding(t *testing.T) {
	f := feature(judge.Trial{Name: "probes/deadlock", Status: judge.Pass,
		Findings: []judge.Finding{{Name: "downtime", Status: judge.Pass}, {Name: "healed", Status: judge.Pass}}})
	var got []string
	for _, step := range f.Steps() {
		got = append(got, step.Name())
	}
	if want := []string{"downtime", "healed", "lab", "verdict"}; !slices.Equal(got, want) || f.Name() != "probes/deadlock" {
		t.Errorf("feature %s has %v, want probes/deadlock with %v", f.Name(), got, want)
	}
}
