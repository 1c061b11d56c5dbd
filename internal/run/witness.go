package run

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
)

// A witness is a quiet app beside the trials of a place that may share their cluster.
// It is loaded all the time and nothing is done to it, so that whatever fails in it
// came from outside: from a trial that disturbs its neighbours, or from a machine
// with too much to do. It is a trial itself, held before a break that never comes.
type witness struct {
	rec    *history.Recorder
	steady chan struct{} // closed when it stands, loaded and undisturbed
	leave  chan struct{} // closed when it may go
	ended  chan struct{} // closed when it is gone
	from   time.Duration // since when it was steady; known once steady is closed
	err    error         // why it came to nothing; known once ended is closed
	users  int
	old    bool // takes no new users

	asked  sync.Mutex
	next   int              // the first sample that quick has not looked at
	recent []history.Sample // those of the last quickSpan
}

// quick reports whether the quiet app was answered so fast lately that one more trial
// may start its pods beside those that are there: it feels what they do to each other.
// Where there is none, nobody shares the cluster.
func (w *witness) quick() bool {
	if w == nil {
		return true
	}
	w.asked.Lock()
	defer w.asked.Unlock()
	fresh := w.rec.Samples(w.next)
	w.next += len(fresh)
	from := w.rec.Clock().Now() - quickSpan
	w.recent = slices.DeleteFunc(append(w.recent, fresh...), func(x history.Sample) bool { return x.Due < from || x.Class.Skipped() })
	if len(w.recent) < quickLeast {
		return false
	}
	late := make([]time.Duration, len(w.recent))
	for n, x := range w.recent {
		if late[n] = x.Sent + x.Took - x.Due; x.Class.Failed() {
			late[n] = quickSpan
		}
	}
	slices.Sort(late)
	return late[len(late)*99/100] <= quickLimit && late[len(late)-1] <= worstLimit
}

// witnesses are those of a place, one at work at a time. An old one may still be there
// beside its successor until its last user has left.
type witnesses struct {
	mu     sync.Mutex
	count  int
	atWork *witness
	all    []*witness
}

// join calls a witness, or joins those who have called it. The witness must be left.
func (ws *witnesses) join(call func(n int) *witness) *witness {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if w := ws.atWork; w != nil && (w.gone() || w.rec.Clock().Now() > witnessAge) {
		ws.dismiss()
	}
	if ws.atWork == nil {
		ws.count++
		ws.atWork = call(ws.count)
		ws.all = append(ws.all, ws.atWork)
	}
	ws.atWork.users++
	return ws.atWork
}

func (ws *witnesses) part(w *witness) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	w.users--
	if w.old && w.users == 0 {
		close(w.leave)
	}
}

// retire has the witness go, and returns when all that there were are gone: before a
// trial that wants the cluster for itself, when nobody needs one any more.
func (ws *witnesses) retire(ctx context.Context) {
	ws.mu.Lock()
	ws.dismiss()
	all := ws.all
	ws.all = nil
	ws.mu.Unlock()
	for _, w := range all {
		select {
		case <-w.ended:
		case <-ctx.Done():
			return
		}
	}
}

// dismiss has the witness go as soon as nobody needs it. The caller holds the lock.
func (ws *witnesses) dismiss() {
	w := ws.atWork
	ws.atWork = nil
	if w == nil {
		return
	}
	w.old = true
	if w.users == 0 {
		close(w.leave)
	}
}

func (w *witness) gone() bool {
	select {
	case <-w.ended:
		return true
	default:
		return false
	}
}

// ready waits until the witness stands, or is gone, or ctx ends.
func (w *witness) ready(ctx context.Context) {
	select {
	case <-w.steady:
	case <-w.ended:
	case <-ctx.Done():
	}
}

// beside gives a trial its witness, if it may share its cluster with others; one that
// may not gets its cluster without a witness. nil: it has none. A trial that breaks
// nothing begins only when its witness stands: nothing in it waits for that later. On a
// cluster of somebody else's there is none: the agent there does one measurement at a time.
func (s *session) beside(ctx context.Context, i Item, p *place) *witness {
	if i.Scenario.Blast != suites.Namespace || s.Pause != nil || p.cluster.Foreign {
		p.witnesses.retire(ctx)
		return nil
	}
	w := p.witnesses.join(func(n int) *witness { return s.callWitness(ctx, p, n) })
	if i.Scenario.Fault == nil {
		w.ready(ctx)
	}
	return w
}

// callWitness deploys a witness and returns at once.
func (s *session) callWitness(ctx context.Context, p *place, n int) *witness {
	w := &witness{steady: make(chan struct{}), leave: make(chan struct{}), ended: make(chan struct{})}
	name := fmt.Sprintf("%s-%d", p.cluster.Place, n)
	dir := filepath.Join(s.dir.Path, "witness", name)
	out, err := openRecord(dir)
	if err != nil {
		s.lost(err)
		w.rec, w.err = history.NewRecorder(history.StartClock(), nil), err
		close(w.ended)
		return w
	}
	w.rec = history.NewRecorder(history.StartClock(), out.Write)
	step := s.step("witness/" + name).ask()
	go func() {
		defer close(w.ended)
		if w.err = s.serve(ctx, w, step, p, name, filepath.Join(dir, "logs")); w.err != nil && ctx.Err() == nil {
			s.view.Say("witness/" + name + ": " + w.err.Error())
		}
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
func (s *session) serve(ctx context.Context, w *witness, step *inStep, p *place, name, logs string) error {
	step.enter(ctx)
	defer step.leave()
	rig, err := s.rig(logs, p)
	if err != nil {
		return err
	}
	deployed := s.turn.take(ctx)
	defer deployed()
	plan := trial.Plan{
		Scenario: "witness/" + name, Seed: s.Seed, RunID: s.id,
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
	plan.Measured = func(context.Context) func(context.Context) {
		deployed()
		step.leave() // nobody waits for it to end: it stands while others come and go
		return step.enter
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
