package run

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/file"
	"github.com/seatrial/seatrial/internal/trial"
	"github.com/seatrial/seatrial/internal/trial/kube"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

const (
	// witnessRate is how many requests per second each lane of a witness gets: it
	// finds what lasts 40 ms, and takes no more of the machine than a trial's own.
	witnessRate = 25
	// witnessAge is how long a witness serves; no load may last longer than half an hour.
	witnessAge = 15 * time.Minute
	// testimony is how long what the witness saw last is waited for: a request's
	// time-out, and the time until its sample has come.
	testimony = 3 * time.Second
)

// A witness is a quiet app beside the trials of a place that share their cluster.
// It is loaded all the time and nothing is done to it, so that whatever fails in it
// came from outside: from a trial that disturbs its neighbours, or from a machine
// with too much to do. It is a trial itself, held before a break that never comes.
type witness struct {
	mu      sync.Mutex
	count   int
	serving *service
}

// A service is the time of one witness, from its deployment to its end.
type service struct {
	rec    *history.Recorder
	steady chan struct{} // closed when it stands, loaded and undisturbed
	leave  chan struct{} // closed when it may go
	ended  chan struct{} // closed when it is gone
	from   time.Duration // since when it was steady; known once steady is closed
	err    error         // why it came to nothing; known once ended is closed
	users  int
	old    bool // takes no new users
}

// join calls the witness, or joins those who have called it. What it returns says
// what the witness sees and must be left.
func (w *witness) join(call func(n int) *service) *service {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s := w.serving; s != nil && (s.gone() || s.rec.Clock().Now() > witnessAge) {
		w.dismiss()
	}
	if w.serving == nil {
		w.count++
		w.serving = call(w.count)
	}
	w.serving.users++
	return w.serving
}

func (w *witness) part(s *service) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s.users--
	if s.old && s.users == 0 {
		close(s.leave)
	}
}

// retire has the witness go, and returns when it is gone: before a trial that
// wants the cluster for itself.
func (w *witness) retire(ctx context.Context) {
	w.mu.Lock()
	s := w.serving
	w.dismiss()
	w.mu.Unlock()
	if s == nil {
		return
	}
	select {
	case <-s.ended:
	case <-ctx.Done():
	}
}

// dismiss has the witness go as soon as nobody needs it. The caller holds the lock.
func (w *witness) dismiss() {
	s := w.serving
	w.serving = nil
	if s == nil {
		return
	}
	s.old = true
	if s.users == 0 {
		close(s.leave)
	}
}

func (s *service) gone() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

// ready waits until the witness stands, or is gone, or ctx ends.
func (s *service) ready(ctx context.Context) {
	select {
	case <-s.steady:
	case <-s.ended:
	case <-ctx.Done():
	}
}

// testify writes into a trial's record what failed in the witness meanwhile, and
// since when it was asked. Where it was not there, that is a gap.
func (s *service) testify(ctx context.Context, rec *history.Recorder) {
	until := rec.Clock().Now()
	shift := s.rec.Clock().Wall.Sub(rec.Clock().Wall) // both carry the monotonic reading
	from := until
	select {
	case <-s.steady:
		from = max(s.from+shift, 0)
	default:
	}
	if s.gone() {
		until = from
	}
	if deed := firstDeed(rec); deed < from {
		rec.Gap(history.Interval{Source: history.SourceWitness, State: "absent", From: deed, To: from, Detail: s.why()})
	}
	if until <= from {
		return
	}
	s.await(ctx, until-shift)
	requests := 0
	for _, x := range s.rec.Samples(0) {
		at := x.Due + shift
		if x.Class.Skipped() || at < from || at > until {
			continue
		}
		requests++
		if x.Class.Failed() {
			rec.Instant(history.Interval{Source: history.SourceWitness, Subject: x.Lane, State: string(x.Class), From: at, Detail: x.Err})
		}
	}
	rec.State(history.Interval{Source: history.SourceWitness, State: history.StateAsked, From: from,
		Attrs: history.Attrs{history.AttrRequests: strconv.Itoa(requests)}})
	rec.End(history.SourceWitness, "", until)
}

// firstDeed is when a trial was broken, or when its load was stopped if it was not.
func firstDeed(rec *history.Recorder) time.Duration {
	at := rec.Clock().Now()
	for _, m := range rec.History().Marks {
		if m.Phase == history.PhaseFault || m.Phase == history.PhaseDrain {
			at = min(at, m.Earliest)
		}
	}
	return at
}

func (s *service) why() string {
	if s.gone() && s.err != nil {
		return s.err.Error()
	}
	return "it was not steady yet"
}

// await waits until the witness's samples up to an instant of its own have come.
func (s *service) await(ctx context.Context, until time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, testimony)
	defer cancel()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for next := 0; ; {
		fresh := s.rec.Samples(next)
		next += len(fresh)
		for _, x := range fresh {
			if x.Due > until+time.Second { // whatever was due before has had its time-out
				return
			}
		}
		select {
		case <-ticker.C:
		case <-s.ended:
			return
		case <-ctx.Done():
			return
		}
	}
}

// beside gives a trial its witness, if it shares its cluster with others; one that
// does not gets its cluster without a witness. nil: it has none.
func (s *session) beside(ctx context.Context, i Item, p *place) *service {
	if i.Scenario.Blast != suites.Namespace || s.Pause != nil {
		p.witness.retire(ctx)
		return nil
	}
	return p.witness.join(func(n int) *service { return s.callWitness(ctx, p, n) })
}

// callWitness deploys a witness and returns at once.
func (s *session) callWitness(ctx context.Context, p *place, n int) *service {
	w := &service{steady: make(chan struct{}), leave: make(chan struct{}), ended: make(chan struct{})}
	dir := filepath.Join(s.dir.Path, "witness", fmt.Sprintf("%s-%d", p.cluster.Place, n))
	out, err := openRecord(dir)
	if err != nil {
		w.rec, w.err = history.NewRecorder(history.StartClock(), nil), err
		close(w.ended)
		return w
	}
	w.rec = history.NewRecorder(history.StartClock(), out.Write)
	go func() {
		defer close(w.ended)
		w.err = s.serve(ctx, w, p, n, filepath.Join(dir, "logs"))
		if err := out.Close(); err != nil {
			s.lost(err)
		}
	}()
	return w
}

func openRecord(dir string) (*file.Writer, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make %s: %w", dir, err)
	}
	return file.Create(filepath.Join(dir, file.Name))
}

// serve runs the witness: a trial that is held before its break until it may go.
func (s *session) serve(ctx context.Context, w *service, p *place, n int, logs string) error {
	rig, err := s.rig(logs, p)
	if err != nil {
		return err
	}
	deployed := s.turn.take(ctx)
	defer deployed()
	plan := trial.Plan{
		Scenario: fmt.Sprintf("witness/%s-%d", p.cluster.Place, n), Seed: s.Seed, RunID: s.id,
		App: web.App(web.Replicas(3), web.PreferOneNodeEach()), Load: suites.Steady(witnessRate),
		Pause: func() error {
			close(w.steady)
			select {
			case <-w.leave:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		},
	}
	return trial.Run(ctx, plan, kube.On(rig), w.rec, func(phase history.Phase, _ string) {
		switch phase {
		case history.PhaseWarm:
			deployed()
		case history.PhaseSteady:
			w.from = w.rec.Clock().Now()
		}
	})
}
