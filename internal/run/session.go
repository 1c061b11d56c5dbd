package run

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/self"
	"github.com/seatrial/seatrial/internal/trial/kube"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/reports"
)

// session is one run on its way.
type session struct {
	Options
	id       string
	view     Viewer
	dir      *reports.Dir
	journal  *journal.Journal
	guardian guard
	host     *journal.Lock // one run at a time: two would disturb each other's measurement
	undoers  journal.Undoers
	clusters map[string]*place // by name of the place
	began    time.Time
	items    []Item
	turn     turn
	room     room
	lockstep lockstep
	left     left
	creating sync.WaitGroup // clusters that are on their way
	foreign  *foreign       // nil: clusters of ours

	mu     sync.Mutex
	done   map[string]*pair // by scenario
	trials []judge.Trial
	failed []error // trials without a record, and reports that could not be written
}

// A guard is the run's guardian: a process that undoes everything when the run dies.
type guard interface {
	Gone() <-chan struct{}
	Bye(ctx context.Context) error
}

// Run runs the scenarios and returns the verdict on all of them. The error says
// that the tool or the machine failed; the verdict then holds what is known.
func Run(ctx context.Context, o Options, view Viewer) (judge.Run, error) {
	s, err := open(ctx, o, view)
	if err != nil {
		return judge.Run{}, err
	}
	return s.outcome(ctx, s.run(ctx))
}

// outcome closes the session and returns its last word, which holds what was not run too.
func (s *session) outcome(ctx context.Context, err error) (judge.Run, error) {
	if unclosed := s.close(ctx); unclosed != nil {
		err = errors.Join(err, &UnclosedError{unclosed})
	}
	return s.verdict(), err
}

// An UnclosedError says that something may be left behind, or unsaid, of a run that has
// ended: that weighs more than why it ended.
type UnclosedError struct{ Err error }

func (e *UnclosedError) Error() string { return e.Err.Error() }
func (e *UnclosedError) Unwrap() error { return e.Err }

// open makes the run directory, the journal and the guardian: from here on
// whatever is done can be undone by somebody else.
func open(ctx context.Context, o Options, view Viewer) (*session, error) {
	s := &session{Options: o, view: view, id: newID(), began: time.Now(), clusters: map[string]*place{}, done: map[string]*pair{}, turn: newTurn(), room: room{time: host.ProcessorTime}}
	if s.Seed == 0 {
		s.Seed = s.began.UnixNano() % 1_000_000
	}
	if s.Out == "" {
		s.Out = defaultOut(s.id)
	}
	var err error
	if s.items, err = s.list(ctx); err != nil {
		return nil, err
	}
	if s.dir, err = reports.NewDir(s.Out, s.info()); err != nil {
		return nil, err
	}
	s.view.Say(fmt.Sprintf("seed %d, %d trials, into %s", s.Seed, len(s.items), s.Out))
	s.view.Say("again: " + s.again())
	s.undoers = Undoers()
	if err := s.claimHost(ctx); err != nil {
		return nil, errors.Join(err, s.host.Unlock())
	}
	s.journal, err = journal.Create(JournalDir(), s.id, s.entry())
	if err != nil {
		return nil, errors.Join(err, s.host.Unlock())
	}
	if s.guardian, err = startGuardian(s.journal); err != nil {
		return nil, errors.Join(err, s.journal.Close(), s.host.Unlock())
	}
	return s, nil
}

// entry is what others read in the journal of who we are.
func (s *session) entry() journal.Info {
	return journal.Info{Command: strings.Join(s.CommandLine, " "), Cluster: s.Cluster}
}

// list lists the items; for a cluster of somebody else's it is looked at first.
func (s *session) list(ctx context.Context) ([]Item, error) {
	if s.Foreign == nil {
		return Items(s.Options)
	}
	s.Parallel = 1 // an agent does one measurement at a time
	err := s.Foreign.Permit(s.Scenarios)
	if err != nil {
		return nil, err
	}
	if s.foreign, err = s.Foreign.reach(ctx); err != nil {
		return nil, err
	}
	scenarios, err := s.foreign.pulled(s.Scenarios)
	if err != nil {
		return nil, err
	}
	return itemsIn([]kindconfigs.Place{s.foreign.place}, scenarios, s.WithoutTwin)
}

// claimHost waits until no other run is on this host, and undoes what dead ones left.
func (s *session) claimHost(ctx context.Context) error {
	s.host = journal.HostLock(host.StateDir(), "run")
	err := s.host.Lock(ctx, func(held *journal.HeldError) { s.view.Say("waiting: a " + held.Error()) })
	if err != nil {
		return err
	}
	outcomes, err := RecoverDead(ctx, s.undoers, s.view.Working)
	if len(outcomes) > 0 {
		err = s.told(outcomes)
	}
	swept, sweepErr := SweepClusters(ctx, outcomes, s.Cluster, false)
	if len(outcomes) == 0 { // then it is about Docker too
		err, sweepErr = nil, errors.Join(err, sweepErr)
	}
	for _, o := range swept {
		if o.Fate != Unsure {
			s.view.Say(fmt.Sprintf("cluster %s, %s: %s", o.Info.Run, o.Info.Command, o.Fate))
		}
	}
	if sweepErr != nil && s.Foreign != nil {
		s.view.Say(sweepErr.Error()) // a run on somebody else's cluster needs no Docker
		sweepErr = nil
	}
	return errors.Join(err, sweepErr, SweepKubeconfigs())
}

// told says what became of what dead runs left. What could not be undone is an error if it
// is in the cluster that this run uses; elsewhere it would keep all later runs from theirs.
func (s *session) told(outcomes []journal.Outcome) error {
	var errs []error
	for _, o := range outcomes {
		mine := s.Cluster
		if s.foreign != nil {
			mine = s.foreign.name
		}
		here := func(step journal.Step) bool { return mine != "" && step.Args["cluster"] == mine }
		switch {
		case o.Fate == journal.Live:
		case o.Fate == journal.Left && !slices.ContainsFunc(o.Failed, here):
			s.view.Say(fmt.Sprintf("NOT undone of what run %s left: %d of %d steps: %v (seatrial recover --forget %s gives it up)",
				o.Info.Run, len(o.Failed), len(o.Steps), o.Err, o.Info.Run))
		default:
			s.view.Say(fmt.Sprintf("undone what run %s left: %d steps, %s", o.Info.Run, len(o.Steps), o.Fate))
			errs = append(errs, o.Err)
		}
	}
	return errors.Join(errs...)
}

// defaultOut is the run directory where none is given.
func defaultOut(id string) string {
	return filepath.Join("seatrial-runs", time.Now().UTC().Format("20060102-150405")+"-"+id)
}

func newID() string {
	b := make([]byte, 3)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}

// JournalDir is where the journals of all runs on this host are.
func JournalDir() string { return filepath.Join(host.StateDir(), "journals") }

// again is the command line that repeats the run.
func (s *session) again() string { return s.seeded(strings.Join(s.CommandLine, " ")) }

// aloneOf is the command line that repeats the trial of one scenario.
func (s *session) aloneOf(scenario string) string {
	line := "seatrial run " + scenario
	if s.Cluster != "" {
		line += " --cluster " + s.Cluster
	}
	if s.Alone != nil {
		line = cmp.Or(s.Alone(scenario), line)
	}
	return s.seeded(line)
}

// seeded is the command line with the run's seed.
func (s *session) seeded(line string) string { return fmt.Sprintf("%s --seed %d", line, s.Seed) }

func (s *session) info() reports.Info {
	return reports.Info{RunID: s.id, Seed: s.Seed, Start: s.began.UTC(), CommandLine: s.again(), Tool: reports.Tool(), Version: s.Version}
}

// run provides the clusters, then runs the trials.
func (s *session) run(ctx context.Context) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	go guarded(ctx, s.guardian.Gone(), fail)
	s.gauge(ctx)
	go s.room.watch(ctx)
	defer s.creating.Wait()
	for _, i := range s.items {
		if i.Why != "" {
			s.ended(judge.Skip(i.Scenario.Name, i.Why))
		}
	}
	err := s.sail(ctx, fail)
	for _, p := range s.clusters {
		p.witnesses.retire(context.WithoutCancel(ctx))
	}
	if err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return err
	}
	return s.broken()
}

// errUnguarded ends a run whose guardian has died.
var errUnguarded = errors.New("the guardian of this run has ended, so that nobody would undo what it does if it died: everything is undone now (its log is beside the journal)")

// guarded calls fail when the guardian has gone before the run, which ends by ctx.
func guarded(ctx context.Context, gone <-chan struct{}, fail func(error)) {
	select {
	case <-gone:
		fail(errUnguarded)
	case <-ctx.Done():
	}
}

// gauge finds out whether trials must keep step on this machine, unless we were told how
// many to run at once.
func (s *session) gauge(ctx context.Context) {
	if s.Parallel > 0 {
		return
	}
	if text := s.room.gauge(host.StartTime(ctx)); text != "" {
		s.view.Say(text)
	}
}

func (s *session) runnable() []Item {
	var all []Item
	for _, i := range s.items {
		if i.Why == "" {
			all = append(all, i)
		}
	}
	return all
}

// broken is what evidence is missing: a green run without it proves nothing.
func (s *session) broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.failed...)
}

// late reports whether nothing may be started any more.
func (s *session) late() bool { return s.Deadline > 0 && time.Since(s.began) > s.Deadline }

// ended takes down a scenario's verdict and writes the reports anew, so that a
// run that is killed still says what it knew, and what it does not know.
func (s *session) ended(t judge.Trial) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trials = append(s.trials, t)
	s.view.Ended(t)
	if err := s.dir.Write(s.inOrder()); err != nil {
		s.failed = append(s.failed, fmt.Errorf("write the reports: %w", err))
	}
}

// inOrder is the verdict so far, the trials in the order of the catalogue. A scenario
// without a verdict was not run, or not to its end, and nothing is known of it. The
// caller holds the lock.
func (s *session) inOrder() judge.Run {
	var trials []judge.Trial
	var notRun []string
	for _, sc := range s.Scenarios {
		n := len(trials)
		for _, t := range s.trials {
			if t.Name == sc.Name {
				trials = append(trials, t)
			}
		}
		if len(trials) == n {
			notRun = append(notRun, sc.Name)
		}
	}
	return judge.NewRun(trials, notRun, s.AllowSkip)
}

func (s *session) verdict() judge.Run {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inOrder()
}

// close undoes what is left, the clusters included unless they are kept, and
// writes the last word.
func (s *session) close(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var errs []error
	keep := s.Keep || s.KeepFailed && s.verdict().Status != judge.Pass
	errs = append(errs, s.release(ctx, keep))
	if len(errs) == 0 || errs[0] == nil {
		errs = append(errs, s.guardian.Bye(ctx))
	}
	errs = append(errs, s.journal.Close(), s.host.Unlock(), SweepKubeconfigs())
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(append(errs, s.dir.Finish(s.inOrder(), time.Now().UTC()))...)
}

// logsOf is the folder of a trial's logs.
func (s *session) logsOf(i Item) string {
	return filepath.Join(s.dir.Trial(i.Title()), "logs")
}

// rig returns the rig of one trial, whose logs go into the folder.
func (s *session) rig(logs string, p *place) (*kube.Rig, error) {
	command, err := self.Command(self.Load)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return nil, fmt.Errorf("make %s: %w", logs, err)
	}
	return &kube.Rig{Cluster: p.cluster, Journal: s.journal, Undoers: s.undoers, Load: command, Logs: logs, Tool: reports.Tool(), Ends: p.step != "" && !s.Keep && !s.KeepFailed}, nil
}
