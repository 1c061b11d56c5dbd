// Package runtest makes run directories without a run: for tests of whatever reads
// one.
package runtest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/file"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites/selfheal"
)

// Scenario is the scenario that the run was of.
const Scenario = "selfheal/pod-deleted"

// Good is the record of a trial in which the deleted pod was replaced.
func Good() *history.History { return historytest.Web().Build() }

// Unreplaced is the record of a trial in which it never was: a FAIL, or a twin as
// it must be.
func Unreplaced() *history.History {
	b := historytest.Web()
	for _, source := range []string{history.SourcePod, history.SourceReady, history.SourceEndpoint, history.SourceContainer} {
		gone := historytest.PodD
		if source == history.SourceContainer {
			gone += "/web"
		}
		b.Without(source, gone)
	}
	const slots = "ok:web-7c-a,web-7c-b,web-7c-c*450 ok:web-7c-b,web-7c-c*1020"
	return b.Load(history.LaneFresh, 50, time.Second, slots).Load(history.LaneReused, 50, time.Second, slots).Build()
}

// Blind is the record of a trial in which a watch was lost: INVALID.
func Blind() *history.History { return historytest.Web().Gap(history.SourcePod, "", "12s..").Build() }

// Save makes a run directory of the records of the scenario and of its twin (nil:
// it was run without), judged, and returns the verdict that it holds.
func Save(dir string, main, twin *history.History) (judge.Run, error) {
	d, err := reports.NewDir(dir, reports.Info{RunID: "7f3a", Seed: 7431, CommandLine: "seatrial run " + Scenario})
	if err != nil {
		return judge.Run{}, err
	}
	err = save(d.Trial(Scenario), main)
	if twin != nil {
		twin.Meta.Variant = "twin"
		err = errors.Join(err, save(d.Trial(Scenario+".twin"), twin))
	}
	if err != nil {
		return judge.Run{}, err
	}
	t := run.Verdict(selfheal.PodDeleted, main, twin)
	r := judge.NewRun([]judge.Trial{t}, nil, nil)
	return r, errors.Join(d.WriteTrial(t, main, twin), d.Finish(r, time.Now().UTC()))
}

func save(dir string, h *history.History) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make %s: %w", dir, err)
	}
	w, err := file.Create(filepath.Join(dir, file.Name))
	if err != nil {
		return err
	}
	w.Write(history.Record{Meta: &h.Meta})
	for i := range h.Marks {
		w.Write(history.Record{Mark: &h.Marks[i]})
	}
	for i := range h.Samples {
		w.Write(history.Record{Sample: &h.Samples[i]})
	}
	for i := range h.Intervals {
		w.Write(history.Record{Interval: &h.Intervals[i]})
	}
	for i := range h.Gaps {
		w.Write(history.Record{Gap: &h.Gaps[i]})
	}
	return w.Close()
}
