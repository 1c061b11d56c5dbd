package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
	"github.com/seatrial/seatrial/suites/probes"
	"github.com/seatrial/seatrial/workloads/web"
)

// The smoke tier takes ten minutes: its records of earlier runs serve as well.
var phasesOf = flag.String("phases-of", "", "run directories of the smoke tier that exist, separated by commas, for part phases")

// phases asks what share of the downtime of trials is known by cause, and whether a grace
// period that is moved moves its own phase and no other.
func phases(ctx context.Context, _ *scale) (*table, error) {
	dir, err := os.MkdirTemp("", "seatrial-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	t := &table{}
	runs := strings.FieldsFunc(*phasesOf, func(r rune) bool { return r == ',' })
	if len(runs) == 0 {
		smoke, err := suites.Select(catalogue.All(), nil, suites.Smoke)
		if err != nil {
			return nil, err
		}
		runs = []string{filepath.Join(dir, "smoke")}
		if _, err := conduct(ctx, smoke, runs[0]); err != nil {
			return nil, err
		}
	}
	if err := t.attributed(runs); err != nil {
		return nil, err
	}
	return t, t.moved(ctx, filepath.Join(dir, "moved"))
}

// conduct runs scenarios in a cluster made for them.
func conduct(ctx context.Context, scenarios []suites.Scenario, out string) (judge.Run, error) {
	view := reports.NewTerminal(os.Stderr, reports.TerminalOptions{NoColor: true})
	defer view.Close()
	return run.Run(ctx, run.Options{Scenarios: scenarios, Out: out, CommandLine: []string{"bench", "-only", "phases"}}, view)
}

// attributed sums up the downtime of all trials and twins, and what is known of its causes.
func (t *table) attributed(runs []string) error {
	var shares []float64
	var down, known float64
	for _, dir := range runs {
		r, err := reports.ReadVerdict(dir)
		if err != nil {
			return err
		}
		for _, l := range brokenLanes(r) {
			explained := l.TotalMs - ofPhase(l, judge.Unexplained)
			down, known = down+l.TotalMs, known+explained
			shares = append(shares, 100*explained/l.TotalMs)
		}
	}
	t.add(fmt.Sprintf("share of a lane's downtime that lies between two observations, %d smoke runs", len(runs)), "meter and sensors", "%", shares)
	t.claim(known >= 0.95*down && down > 0, "95 % of the downtime of the smoke scenarios have a named cause",
		"%.2f %% of %.0f s on %d lanes of trials and twins", 100*known/down, down/1000, len(shares))
	return nil
}

// brokenLanes are the lanes of a run's trials and twins that were down at some time. What
// canaries plant is no scenario.
func brokenLanes(r judge.Run) (all []judge.Lane) {
	add := func(lanes map[string]judge.Lane) {
		for _, l := range lanes {
			if l.TotalMs > 0 {
				all = append(all, l)
			}
		}
	}
	for _, trial := range r.Trials {
		if trial.Planted != nil {
			continue
		}
		add(trial.Lanes)
		if trial.Twin != nil {
			add(trial.Twin.Lanes)
		}
	}
	return all
}

// ofPhase is how much of a lane's downtime the phases of that name are, in milliseconds.
func ofPhase(l judge.Lane, name string) (sum float64) {
	for _, p := range l.Phases {
		if p.Name == name {
			sum += p.Ms
		}
	}
	return sum
}

// The grace periods that are compared, and the phase that they are.
const (
	graceShort, graceLong = 5 * time.Second, 35 * time.Second
	gracePhase            = "grace period"
)

// moved has a stuck app, which does not hear SIGTERM either, be restarted with either grace
// period. It is the only pod, so that all of it is downtime.
func (t *table) moved(ctx context.Context, out string) error {
	var scenarios []suites.Scenario
	for _, grace := range []time.Duration{graceShort, graceLong} {
		s := probes.Deadlock
		s.Name += fmt.Sprintf("-grace-%.0f", grace.Seconds())
		s.App = s.App.With(web.Replicas(1), web.IgnoreSIGTERM(true), web.Grace(grace))
		s.Hold.Heal += graceLong
		s.Expect, s.Twin, s.Lab = suites.All(suites.Healed()), nil, nil
		scenarios = append(scenarios, s)
	}
	r, err := conduct(ctx, scenarios, out)
	if err != nil {
		return err
	}
	trials := map[string]judge.Trial{}
	for _, trial := range r.Trials {
		if trial.Status != judge.Pass {
			return fmt.Errorf("%s: %s %s", trial.Name, trial.Status, trial.Reason)
		}
		trials[trial.Name] = trial
	}
	short, long := trials[scenarios[0].Name].Lanes, trials[scenarios[1].Name].Lanes
	by := (graceLong - graceShort).Seconds()
	for _, name := range slices.Sorted(maps.Keys(short)) {
		grace := (ofPhase(long[name], gracePhase) - ofPhase(short[name], gracePhase)) / 1000
		others := (long[name].TotalMs-short[name].TotalMs)/1000 - grace
		t.claim(math.Abs(grace-by) <= 1, fmt.Sprintf("lane %s: a grace period %.0f s longer makes its phase %.0f s longer, ±1 s", name, by, by),
			"%.2f s; all the others together %.2f s (a probe's period is 1 s, and where in it the fault comes is chance)", grace, others)
	}
	return nil
}
