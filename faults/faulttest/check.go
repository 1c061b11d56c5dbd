// Package faulttest is the contract that every fault passes, and a cluster that is
// not there to try it in.
//
// The contract: the card says all that a person must know. The undo is on disk
// before the first change; where it cannot be written nothing is changed. The deed
// is marked. Inject returns when a sensor has seen the break, and not before: when
// none does, it fails as its context ends and says what it waited for. Every undo
// step can be executed by another process, twice, and takes the break back. Nothing is
// asked of the API server that the fault's rights do not say (faults.RightsOf), and
// nothing of machines where it does not need any.
package faulttest

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// scenario and hold are those of the trial in which faults are tried.
const (
	scenario = "test/fault"
	hold     = 10 * time.Second
)

// blindFor is how long a fault that no sensor sees is waited for once it has done its
// deed, and deedless is how long one that has done none yet may do nothing at all: ample
// for what needs no time but a processor.
const (
	blindFor = 100 * time.Millisecond
	deedless = time.Second
)

var (
	errFull  = errors.New("no space left on device")
	errBlind = errors.New("nobody saw anything")
)

// A Case is what the contract needs to know about a fault.
type Case struct {
	// App is what is broken; without a name it is web with three replicas.
	App workloads.App
	// Before changes the world before the fault comes; nil: nothing.
	Before func(w *World)
	// Sees writes down what sensors see of the n-th deed, from 1 on.
	Sees func(w *World, deed history.Mark, n int)
	// Broken says what is not as it should be once the fault is in place; nil: nothing to look at.
	Broken func(w *World) error
	// Undone says what is not as it was once every undo step was executed. Nil:
	// the fault journals no undo, since what it breaks mends itself or goes with the
	// trial's namespace.
	Undone func(w *World) error
	// OfTheRun is a kind of undo step that belongs to the run instead of the trial, and
	// so has no deadline.
	OfTheRun string
}

// Check puts the fault through the contract. The test fails where it breaks it.
func Check(t *testing.T, f faults.Fault, c Case) {
	t.Helper()
	t.Run("card", func(t *testing.T) { card(t, f, c.Undone != nil) })
	t.Run("seen", func(t *testing.T) { seen(t, f, c) })
	t.Run("unseen", func(t *testing.T) { unseen(t, f, c) })
	if c.Undone != nil {
		t.Run("journal full", func(t *testing.T) { journalFull(t, f, c) })
	}
}

// reporter is what the contract needs of a *testing.T.
type reporter interface {
	Context() context.Context
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// named is how a fault is called: its family, a slash, what it does.
var named = regexp.MustCompile(`^[a-z]+(/[a-z]+(-[a-z]+)*)$`)

func card(t reporter, f faults.Fault, undone bool) {
	card := f.Card()
	if says := !strings.HasPrefix(card.UndoneBy, "nothing"); says != undone {
		t.Errorf("it is undone: %t, and the card says that it is undone by %q", undone, card.UndoneBy)
	}
	if !named.MatchString(card.Name) {
		t.Errorf("name %q is not family/verb", card.Name)
	}
	for field, text := range map[string]string{"Breaks": card.Breaks, "ShowsAs": card.ShowsAs, "UndoneBy": card.UndoneBy, "Look": card.Look} {
		if strings.TrimSpace(text) != text || text == "" {
			t.Errorf("%s of the card is %q", field, text)
		}
	}
	if !strings.HasPrefix(card.Look, "kubectl ") {
		t.Errorf("Look is no command that a student types: %q", card.Look)
	}
	sources := []string{history.SourcePod, history.SourceReady, history.SourceContainer, history.SourceEndpoint, history.SourceNode, history.SourceCondition,
		history.SourceTaint, history.SourceLease, history.SourceDeployment, history.SourceReplicas, history.SourceService, history.SourceConfig, history.SourceEvent, history.SourceRuntime, history.SourceApp, history.SourceLoad}
	for _, source := range card.Blinds {
		if !slices.Contains(sources, source) {
			t.Errorf("Blinds names %q, which is no source", source)
		}
	}
	for _, need := range f.Needs() {
		if need.Name == "" || need.Count < 0 {
			t.Errorf("needs %+v", need)
		}
	}
	if !slices.Equal(f.Needs(), f.Needs()) {
		t.Error("what it needs changes from call to call")
	}
}

func (c Case) world() *World {
	if c.App.Name == "" {
		c.App = web.App(web.Replicas(3))
	}
	w := NewWorld(c.App)
	if c.Before != nil {
		c.Before(w)
	}
	w.mu.Lock()
	w.actions = nil
	w.mu.Unlock()
	return w
}

func seen(t reporter, f faults.Fault, c Case) {
	w := c.world()
	// Deeds are seen a moment after they are done, by somebody else.
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	err := f.Inject(ctx, w.site(func(deed history.Mark, n int) { go c.Sees(w, deed, n) }))
	if err != nil {
		t.Fatalf("inject: %v\ndone: %q", err, w.actions)
	}
	if len(w.deeds) == 0 {
		t.Error("no deed is marked")
	}
	for _, d := range w.deeds {
		if d.Phase != history.PhaseFault || d.Latest < d.Earliest || d.Detail == "" || len(d.Targets) == 0 {
			t.Errorf("deed %+v", d)
		}
	}
	if len(w.changes()) == 0 {
		t.Error("nothing was changed")
	}
	if c.Broken != nil {
		if err := c.Broken(w); err != nil {
			t.Errorf("broken: %v", err)
		}
	}
	undo(t, w, c)
	within(t, w, f)
}

// undo checks what was journalled, and executes all of it twice.
func undo(t reporter, w *World, c Case) {
	if (len(w.steps) > 0) != (c.Undone != nil) {
		t.Fatalf("%d undo steps; the test expects some: %t", len(w.steps), c.Undone != nil)
	}
	if c.Undone == nil {
		return
	}
	if !strings.HasPrefix(w.actions[0], "journal ") {
		t.Errorf("%q came before the journal: %q", w.actions[0], w.actions)
	}
	for range 2 {
		for _, s := range slices.Backward(w.steps) {
			if s.Says == "" || s.Args["kubeconfig"] != kubeconfig || s.Args["cluster"] != clusterName {
				t.Errorf("step %+v does not say what, or where", s)
			}
			if left := time.Until(s.Deadline); s.Kind != c.OfTheRun && (left < hold || left > time.Hour) {
				t.Errorf("%s: the guardian does it in %s, the fault lasts %s", s.Says, left, hold)
			}
			do, known := w.undoers()[s.Kind]
			if !known {
				t.Fatalf("%s: there is no undoer of %q", s.Says, s.Kind)
			}
			if err := do(t.Context(), s.Args); err != nil {
				t.Errorf("%s: %v", s.Says, err)
			}
		}
		if err := c.Undone(w); err != nil {
			t.Errorf("undone: %v", err)
		}
	}
}

// Unseen checks only that the fault does not say that it is in place when no
// sensor sees anything of it.
func Unseen(t *testing.T, f faults.Fault, c Case) {
	t.Helper()
	unseen(t, f, c)
}

// Waits checks that the fault, in a world where what it waits for never comes, has done so
// many deeds and no more: it does nothing before its time. Sees, if there is any, writes down
// what comes all the same.
func Waits(t *testing.T, f faults.Fault, c Case, deeds int) {
	t.Helper()
	if w := watched(t, f, c, c.Sees); len(w.Deeds()) != deeds {
		t.Errorf("it did not wait: %d deeds, want %d: %+v", len(w.Deeds()), deeds, w.Deeds())
	}
}

func unseen(t reporter, f faults.Fault, c Case) *World {
	return watched(t, f, c, nil)
}

// watched injects the fault where sensors see no more than sees writes down, nothing if it is
// nil, and gives up once nothing comes of it.
func watched(t reporter, f faults.Fault, c Case, sees func(*World, history.Mark, int)) *World {
	w := c.world()
	ctx, cancel := context.WithCancelCause(t.Context())
	give := func() { cancel(errBlind) }
	go w.whenIdle(ctx, give)
	done := make(chan error, 1)
	site := w.site(func(m history.Mark, n int) {
		if sees != nil {
			sees(w, m, n) // and the fault goes on, maybe
			return
		}
		time.AfterFunc(blindFor, give)
	})
	go func() { done <- f.Inject(ctx, site) }()
	select {
	case err := <-done:
		if !errors.Is(err, errBlind) || !strings.Contains(err.Error(), " for ") {
			t.Errorf("nobody saw it, and it says %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on although its context has ended")
	}
	return w
}

// journalFull: what cannot be undone must not be done.
func journalFull(t reporter, f faults.Fault, c Case) {
	w := c.world()
	w.full = true
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := f.Inject(ctx, w.site(func(history.Mark, int) {})); !errors.Is(err, errFull) {
		t.Errorf("the journal is full, and it says %v", err)
	}
	if done := w.changes(); len(done) > 0 {
		t.Errorf("its undo was never written, and it did %q", done)
	}
}
