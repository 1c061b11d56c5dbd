package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/file"
	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/trial/kube"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites"
)

// A quiet viewer keeps the verdicts that it is told.
type quiet struct {
	mu     sync.Mutex
	ended  []judge.Trial
	worked []host.Step
}

func (*quiet) Say(string)                          {}
func (*quiet) Phase(string, history.Phase, string) {}
func (*quiet) Traffic(string, int, int)            {}

func (q *quiet) Working(p host.Step) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.worked = append(q.worked, p)
}

func (q *quiet) last() host.Step {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.worked[len(q.worked)-1]
}

func (q *quiet) Ended(t judge.Trial) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ended = append(q.ended, t)
}

func bareSession(t *testing.T) (*session, *quiet) {
	t.Helper()
	dir, err := reports.NewDir(filepath.Join(t.TempDir(), "run"), reports.Info{})
	if err != nil {
		t.Fatal(err)
	}
	view := &quiet{}
	s := scenario("t/a")
	return &session{Options: Options{Scenarios: []suites.Scenario{s, scenario("t/b")}}, view: view, dir: dir, done: map[string]*pair{}, turn: newTurn(), room: room{time: host.ProcessorTime}}, view
}

// A verdict whose evidence could not be kept fails the run, however it came out.
func TestLostEvidenceFailsTheRun(t *testing.T) {
	s, view := bareSession(t)
	i := Item{Scenario: s.Scenarios[0]}
	if err := os.WriteFile(filepath.Join(s.dir.Path, "trials", "t"), []byte("in the way"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.take(t.Context(), i, nil)
	if err := s.broken(); err == nil || !strings.Contains(err.Error(), "write the reports of t/a") || len(view.ended) != 1 {
		t.Errorf("%v, %d verdicts told", err, len(view.ended))
	}
}

// A scenario is judged when its trial and its twin are in; what was never judged
// was not run, and the run proves nothing.
func TestWhatWasNotJudgedWasNotRun(t *testing.T) {
	s, view := bareSession(t)
	s.Scenarios[0] = withTwin(s.Scenarios[0])
	s.take(t.Context(), Item{Scenario: s.Scenarios[0]}, nil)
	if len(view.ended) != 0 {
		t.Error("judged without its twin")
	}
	s.take(t.Context(), Item{Scenario: s.Scenarios[0], Twin: true}, nil)
	v := s.verdict()
	if len(view.ended) != 1 || len(v.NotRun) != 1 || v.NotRun[0] != "t/b" || v.Status != judge.Invalid || s.broken() != nil {
		t.Errorf("%d verdicts, not run %v, status %s, %v", len(view.ended), v.NotRun, v.Status, s.broken())
	}
	killed, err := reports.ReadVerdict(s.dir.Path)
	if err != nil || killed.Status != judge.Invalid || len(killed.Trials) != 1 || !slices.Equal(killed.NotRun, []string{"t/b"}) {
		t.Errorf("what is known so far, and that it is not all, is not on disk: %+v, %v", killed, err)
	}
}

// A guardian of no process.
type noGuard struct{}

func (noGuard) Gone() <-chan struct{}     { return nil }
func (noGuard) Bye(context.Context) error { return nil }

// A run that is cut short by its deadline is not proven, though all that it ran passed:
// what Run returns is what stands on disk.
func TestCutShort(t *testing.T) {
	t.Setenv("SEATRIAL_STATE", t.TempDir())
	s, _ := bareSession(t)
	s.guardian, s.host = noGuard{}, journal.HostLock(host.StateDir(), "run")
	var err error
	if s.journal, err = journal.Create(JournalDir(), "r1", journal.Info{}); err != nil {
		t.Fatal(err)
	}
	s.ended(judge.Trial{Name: "t/a", Status: judge.Pass, Findings: []judge.Finding{{Name: "healed", Status: judge.Pass}}})
	if v := s.verdict(); v.Trials[0].Status != judge.Pass {
		t.Fatalf("before: %s", v.Trials[0].Status)
	}
	v, err := s.outcome(t.Context(), nil)
	if err != nil || v.Status != judge.Invalid || judge.ExitCode(v, nil) != 2 || len(v.NotRun) != 1 {
		t.Errorf("%s, exit code %d, not run %v, %v", v.Status, judge.ExitCode(v, nil), v.NotRun, err)
	}
	if disk, err := reports.ReadVerdict(s.dir.Path); err != nil || disk.Status != v.Status {
		t.Errorf("on disk: %s, %v", disk.Status, err)
	}
}

// After the deadline nothing is started any more.
func TestNothingIsStartedLate(t *testing.T) {
	s, view := bareSession(t)
	s.began, s.Deadline = time.Now().Add(-time.Hour), time.Minute
	s.runItem(t.Context(), Item{Scenario: s.Scenarios[0]}) // would need a cluster
	if len(view.ended) != 0 || !s.late() {
		t.Error("a trial was run after the deadline")
	}
	s.items = []Item{{Scenario: s.Scenarios[0], In: kindconfigs.Place{Name: "fast"}}}
	if err := s.sail(t.Context(), func(error) {}); err != nil || len(s.clusters) != 0 {
		t.Errorf("a cluster was made for nothing: %v, %v", s.clusters, err)
	}
}

// What waited for its turn when the deadline came is not started either, and leaves no record.
func TestNothingIsStartedAfterALongWait(t *testing.T) {
	s, _ := bareSession(t)
	i := Item{Scenario: s.Scenarios[0], In: kindconfigs.Place{Name: "fast"}}
	s.clusters = map[string]*place{"fast": {cluster: &kube.Cluster{Name: "c", Foreign: true}}}
	s.began, s.Deadline = time.Now().Add(-time.Hour), time.Minute
	if _, err := s.record(t.Context(), i, nil); !errors.Is(err, errLate) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(s.dir.Trial(i.Title()), file.Name)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it left a record: %v", err)
	}
}

// Nothing is broken any more when nobody guards the run.
func TestGuarded(t *testing.T) {
	gone := make(chan struct{})
	ctx, fail := context.WithCancelCause(t.Context())
	close(gone)
	guarded(ctx, gone, fail)
	if !errors.Is(context.Cause(ctx), errUnguarded) {
		t.Errorf("the run goes on: %v", context.Cause(ctx))
	}
	over, end := context.WithCancel(t.Context())
	end()
	guarded(over, nil, func(error) { t.Error("a run that has ended was failed") })
}

// The deadline of a repeated run is that of all repetitions.
func TestRemaining(t *testing.T) {
	for _, c := range []struct{ deadline, passed, want time.Duration }{
		{0, time.Hour, 0}, {time.Hour, 0, time.Hour}, {time.Hour, 20 * time.Minute, 40 * time.Minute}, {time.Hour, 2 * time.Hour, time.Nanosecond},
	} {
		if got := remaining(c.deadline, c.passed); got != c.want {
			t.Errorf("%s of %s: %s, want %s", c.passed, c.deadline, got, c.want)
		}
	}
}

// The command line that repeats the run has its seed.
func TestAgain(t *testing.T) {
	s, _ := bareSession(t)
	s.Seed, s.CommandLine = 7, []string{"seatrial", "run", "probes"}
	if got := s.again(); got != "seatrial run probes --seed 7" {
		t.Error(got)
	}
}

// What a dead run left elsewhere does not keep this run from its own.
func TestToldOfWhatIsLeft(t *testing.T) {
	lost := errors.New("no such host")
	left := func(cluster string) journal.Outcome {
		steps := []journal.Step{{ID: "1", Args: map[string]string{"cluster": cluster}}}
		return journal.Outcome{Info: journal.Info{Run: "7f3a"}, Fate: journal.Left, Steps: steps, Failed: steps, Err: lost}
	}
	for name, c := range map[string]struct {
		uses    string
		outcome journal.Outcome
		fails   bool
	}{
		"elsewhere":          {"", left("theirs"), false},
		"in another cluster": {"mine", left("theirs"), false},
		"here":               {"mine", left("mine"), true},
		"somebody else's":    {"", left(""), false},
		"not readable":       {"", journal.Outcome{Fate: journal.Unreadable, Err: lost}, true},
		"undone":             {"", journal.Outcome{Fate: journal.Recovered}, false},
		"alive":              {"", journal.Outcome{Fate: journal.Live}, false},
	} {
		s, _ := bareSession(t)
		s.Cluster = c.uses
		if err := s.told([]journal.Outcome{c.outcome}); (err != nil) != c.fails {
			t.Errorf("%s: %v, fails %t", name, err, c.fails)
		}
	}
}

// A trial with much load leaves less room beside it.
func TestClaim(t *testing.T) {
	s, run := scenario("t/a"), &session{}
	for rate, want := range map[int]int{0: 1, 50: 1, 100: 2, 500: sole} {
		s.Load.Rate = rate
		if c := run.claim(Item{Scenario: s, In: kindconfigs.Place{Name: "fast"}}); c.Weight != want || c.Place != "fast" || c.Blast != string(s.Blast) {
			t.Errorf("%d/s: %+v, want weight %d", rate, c, want)
		}
	}
	s.Load.Rate, s.Blast, run.room.slow = 50, suites.Node, true
	if c := run.claim(Item{Scenario: s, In: kindconfigs.Place{Name: "fast"}}); c.Weight != sole {
		t.Errorf("one that breaks nodes, on a slow machine: %+v", c)
	}
	for _, about := range []judge.Expectation{suites.LatencyWithin(time.Second), suites.APIAnswersWithin(time.Second)} {
		timed := Item{Scenario: scenario("t/b"), In: kindconfigs.Place{Name: "fast"}}
		timed.Scenario.Load.Rate, timed.Scenario.Expect = 50, append(timed.Scenario.Expect, about)
		if c := run.claim(timed); c.Weight != sole {
			t.Errorf("a trial about the time that answers take, %s: %+v", about.Name(), c)
		}
	}
}

// The faults that have pods replaced are told by names that there are.
func TestReplacingFaultsExist(t *testing.T) {
	for _, name := range replacing {
		there := func(f faults.Fault) bool { return strings.HasPrefix(f.Card().Name, name) }
		if !slices.ContainsFunc(faults.All(), there) {
			t.Errorf("no fault is called %s", name)
		}
	}
}
