package journal

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"slices"
	"time"
)

// watch is the state of a guardian. Only until and what it calls touch it.
type watch struct {
	file    *file
	undoers Undoers
	pace    pace
	say     *log.Logger

	log       Log
	trouble   string              // with reading the journal, said once
	died      time.Time           // when the run was found dead; zero while it lives
	tries     map[string]*attempt // by step id
	acted     bool                // something was undone, or tried
	running   int                 // undos that have not ended
	nextStart time.Time           // no other undo is started before, while one runs
	ended     chan result
}

// attempt is what the guardian knows about undoing one step.
type attempt struct {
	failed   int       // times in a row
	next     time.Time // not before
	running  bool
	hopeless bool // no undoer of its kind
	again    bool // is to be undone a second time
	repeated bool // the second time has been asked for
}

type result struct {
	entry Entry
	err   error
}

func newWatch(f *file, u Undoers, p pace, say *log.Logger) *watch {
	return &watch{file: f, undoers: u, pace: p, say: say, tries: map[string]*attempt{}, ended: make(chan result)}
}

// until watches until the run says bye, or is dead and everything is undone.
func (w *watch) until(said <-chan bool) int {
	broken, leaving := false, false
	for {
		if broken && w.died.IsZero() && w.runIsDead() {
			w.mourn()
		}
		if !leaving {
			w.look()
			w.issue()
		}
		if w.running == 0 && (leaving || !w.died.IsZero() && w.finished()) {
			return w.leave()
		}
		select {
		case ok := <-said:
			leaving, broken, said = ok, !ok, nil
		case r := <-w.ended:
			w.note(r)
		case <-time.After(w.pause()):
		}
	}
}

// runIsDead asks the journal's lock: a pipe may also break because a live run
// lost its end of it.
func (w *watch) runIsDead() bool {
	lives, err := alive(w.file.path)
	return err != nil || !lives
}

// mourn notes the run's death: from now on everything is due at once.
func (w *watch) mourn() {
	w.died = time.Now()
	for _, a := range w.tries {
		a.next = w.died
	}
	w.say.Print("the run died; undoing what it left")
}

// look reads the journal again: it grows while the run lives.
func (w *watch) look() {
	log, err := w.file.read()
	if err == nil {
		w.log = log
	} else if w.trouble != err.Error() { // what was read before still counts
		w.trouble = err.Error()
		w.say.Print(err)
	}
}

// issue starts what is to be undone now, the last step first: the next one when
// the one before has ended, or has had its share of the time for issuing.
func (w *watch) issue() {
	now := time.Now()
	due := w.due(now)
	for i, e := range due {
		if w.running > 0 && now.Before(w.nextStart) {
			return
		}
		w.nextStart = now.Add(w.budget(now) / time.Duration(len(due)-i))
		w.start(e)
	}
}

// budget is the time within which everything due must have been started.
func (w *watch) budget(now time.Time) time.Duration {
	if left := w.died.Add(w.pace.issue).Sub(now); left > 0 {
		return left
	}
	return w.pace.issue // the run lives, or this is about retries
}

// due lists what is to be undone now and is not being undone.
func (w *watch) due(now time.Time) []Entry {
	var out []Entry
	for _, e := range slices.Backward(w.log.Entries) {
		a := w.attempt(e)
		passed := e.State == Pending && !e.Deadline.IsZero() && !now.Before(e.Deadline)
		left := e.State != Done && !w.died.IsZero()
		if (passed || left || a.again) && !a.running && !a.hopeless && !now.Before(a.next) {
			out = append(out, e)
		}
	}
	return out
}

func (w *watch) attempt(e Entry) *attempt {
	if w.tries[e.ID] == nil {
		w.tries[e.ID] = &attempt{}
	}
	return w.tries[e.ID]
}

// pause is how long there is nothing to do unless something happens.
func (w *watch) pause() time.Duration {
	if w.running == 0 {
		return w.pace.look
	}
	return min(w.pace.look, max(time.Millisecond, time.Until(w.nextStart)))
}

func (w *watch) start(e Entry) {
	w.say.Printf("undoing %s of trial %q", title(e.Step), e.Trial)
	w.attempt(e).running = true
	w.acted = true
	w.running++
	to := Done
	if w.died.IsZero() {
		to = Early
	}
	patience := patienceWith(w.log.Info.PID)
	go func() {
		w.ended <- result{e, w.file.executeAfter(context.Background(), e, w.undoers, patience, UndoTimeout, to)}
	}()
}

// note takes the end of an undo into account.
func (w *watch) note(r result) {
	a := w.attempt(r.entry)
	w.running--
	a.running = false
	if r.err != nil {
		w.say.Print(r.err)
		a.hopeless = errors.Is(r.err, ErrUnknownKind)
		a.next = time.Now().Add(min(w.pace.lastRetry, w.pace.firstRetry<<min(a.failed, 16)))
		a.failed++
		return
	}
	w.say.Printf("undone: %s", title(r.entry.Step))
	a.failed = 0
	a.again = !a.repeated && !w.died.IsZero() && w.died.Sub(r.entry.At) < w.pace.recent
	if a.again {
		a.repeated, a.next = true, time.Now().Add(w.pace.settle)
	}
}

// finished reports whether all is undone that this guardian can undo.
func (w *watch) finished() bool {
	if time.Since(w.died) > w.pace.giveUp {
		return true
	}
	return !slices.ContainsFunc(w.log.Entries, func(e Entry) bool {
		a := w.attempt(e)
		return (a.again || e.State != Done) && !a.hopeless
	})
}

// leave tidies up and returns the exit code.
func (w *watch) leave() int {
	if w.died.IsZero() { // the run closes its journal itself
		if !w.acted {
			_ = os.Remove(logPath(w.file.path))
		}
		return 0
	}
	err := w.unfinished()
	if err == nil {
		err = w.file.remove()
	}
	if err != nil {
		w.say.Printf("left for seatrial recover: %v", err)
		return 1
	}
	w.say.Print("all undone")
	return 0
}

func (w *watch) unfinished() error {
	err := w.log.Err()
	if left := len(w.log.Pending()); left > 0 {
		err = errors.Join(fmt.Errorf("%d steps are not undone", left), err)
	}
	return err
}
