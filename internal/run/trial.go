package run

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/file"
	"github.com/seatrial/seatrial/internal/trial"
	"github.com/seatrial/seatrial/internal/trial/kube"
)

// pair holds the records of a scenario's trial and of its twin until both are in.
type pair struct {
	main, twin *history.History
	missing    int
}

// runItem runs one trial and, when the scenario's other one is in too, has them
// judged. It is called by several goroutines at once.
func (s *session) runItem(ctx context.Context, i Item) {
	defer s.vacate(ctx, i.In.Name)
	if s.late() || !s.hosted(ctx, i) {
		return
	}
	step := s.inStep(i)
	defer step.leave() // with its reports drawn
	h, err := s.record(ctx, i, step)
	if err != nil && !errors.Is(err, errLate) {
		s.view.Say(i.Title() + ": " + err.Error())
	}
	switch {
	case errors.Is(err, errLate):
	case h == nil:
		s.lost(fmt.Errorf("%s left no record: %w", i.Title(), err))
	case ctx.Err() == nil: // an interrupted trial is no experiment: its record stays, unjudged
		s.take(context.WithoutCancel(ctx), i, h)
	}
}

// hosted waits for the trial's cluster; false: ctx ended first.
func (s *session) hosted(ctx context.Context, i Item) bool {
	select {
	case <-s.clusters[i.In.Name].ready:
		return true
	case <-ctx.Done():
		return false
	}
}

// errLate says that the run's deadline came while a trial waited for its turn.
var errLate = errors.New("nothing is started any more")

// record runs the trial and returns its record, which is on disk by then. A nil
// record means that there is none.
func (s *session) record(ctx context.Context, i Item, step *inStep) (*history.History, error) {
	p := s.clusters[i.In.Name]
	rig, err := s.rig(s.logsOf(i), p)
	if err != nil {
		return nil, err
	}
	beside := s.beside(ctx, i, p)
	if beside != nil {
		defer p.witnesses.part(beside)
	}
	deployed, leave := s.admit(ctx, i, beside, step)
	defer leave()
	defer deployed()
	if s.late() {
		return nil, errLate
	}
	path := filepath.Join(s.dir.Trial(i.Title()), file.Name)
	out, err := file.Create(path)
	if err != nil {
		return nil, err
	}
	rec := history.NewRecorder(history.StartClock(), out.Write)
	plan := trial.Of(i.Scenario, i.Twin, s.Seed, s.id)
	plan.Target, plan.Replay = s.Target, s.aloneOf(i.Scenario.Name)
	plan.Turn = func(ctx context.Context) func() {
		if beside != nil {
			beside.ready(ctx)
		}
		return s.turn.take(ctx)
	}
	if step != nil {
		plan.Measured = func(ctx context.Context) func(context.Context) {
			deployed()
			step.measure(ctx)
			return step.enter
		}
	}
	if s.Pause != nil {
		hold := Held{Cluster: p.cluster.Name, Namespace: plan.Namespace(), Kubeconfig: p.cluster.Kubeconfig}
		if p.ours != nil {
			hold.Node = p.ours.Names("control-plane")[0]
		}
		plan.Pause = func() error { return s.Pause(hold) }
	}
	stop := s.followTraffic(i.Title(), rec)
	err = trial.Run(ctx, plan, kube.On(rig), rec, func(phase history.Phase, detail string) {
		if phase == history.PhaseWarm {
			deployed()
		}
		s.view.Phase(i.Title(), phase, detail)
	})
	stop()
	if beside != nil {
		beside.testify(context.WithoutCancel(ctx), rec)
	}
	if closeErr := out.Close(); closeErr != nil {
		s.lost(closeErr)
		err = errors.Join(err, closeErr)
	}
	h, readErr := file.Read(path) // what is judged is what is on disk, so that judging again gives the same
	if readErr != nil {
		s.lost(readErr)
		return rec.History(), errors.Join(err, fmt.Errorf("read the record back: %w", readErr))
	}
	return h, err
}

// lost notes that evidence could not be kept: whatever the verdict, the run fails.
func (s *session) lost(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = append(s.failed, err)
}

// take files a record and judges the scenario if nothing more is awaited.
func (s *session) take(ctx context.Context, i Item, h *history.History) {
	s.mu.Lock()
	p := s.done[i.Scenario.Name]
	if p == nil {
		p = &pair{missing: 1}
		if i.Scenario.Twin != nil && !s.WithoutTwin {
			p.missing = 2
		}
		s.done[i.Scenario.Name] = p
	}
	if i.Twin {
		p.twin = h
	} else {
		p.main = h
	}
	p.missing--
	complete := p.missing == 0
	s.mu.Unlock()
	if !complete {
		return
	}
	defer s.turn.take(ctx)()
	t := Verdict(i.Scenario, p.main, p.twin)
	if err := s.dir.WriteTrial(t, p.main, p.twin); err != nil {
		s.lost(fmt.Errorf("write the reports of %s: %w", t.Name, err))
	}
	p.main, p.twin = nil, nil // megabytes each, and a nightly has a hundred
	s.ended(t)
}

// followTraffic tells the viewer once a second what the meter has counted.
func (s *session) followTraffic(title string, rec *history.Recorder) (stop func()) {
	ticker, quit, ended := time.NewTicker(time.Second), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		next, requests, failures := 0, 0, 0
		for {
			select {
			case <-quit:
				return
			case <-ticker.C:
			}
			fresh := rec.Samples(next)
			next += len(fresh)
			for _, sample := range fresh {
				if !sample.Class.Skipped() {
					requests++
				}
				if sample.Class.Failed() {
					failures++
				}
			}
			if requests > 0 {
				s.view.Traffic(title, requests, failures)
			}
		}
	}()
	return func() { ticker.Stop(); close(quit); <-ended }
}
