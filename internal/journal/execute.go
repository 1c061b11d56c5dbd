package journal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// UndoTimeout is how long one step may take to be undone. Starting a killed node
// and waiting for its kubelet is the slowest of them, at about 30 s.
const UndoTimeout = 2 * time.Minute

// overrun is how long an undoer may still take to return after its context has
// ended, before we go on without it.
const overrun = time.Second

// ErrUnknownKind says that this version has no undoer for a step.
var ErrUnknownKind = errors.New("no undoer of this kind")

// execute undoes one step, at most one process at a time, and writes down how it
// went; to is the state that it then has. The step's context is detached from ctx:
// an interrupted run undoes too. An entry that another has brought there meanwhile
// is left alone; one that was there already is undone once more.
func (f *file) execute(ctx context.Context, e Entry, u Undoers, timeout time.Duration, to State) error {
	return f.executeAfter(ctx, e, u, timeout, timeout, to)
}

// executeAfter is execute that waits for another process only so long which is at the same step.
func (f *file) executeAfter(ctx context.Context, e Entry, u Undoers, patience, timeout time.Duration, to State) error {
	undo, known := u[e.Kind]
	if !known {
		return fmt.Errorf("undo %s: %w: %q", title(e.Step), ErrUnknownKind, e.Kind)
	}
	ctx = context.WithoutCancel(ctx)
	// Whoever holds the step for longer than a step may take is stuck, and undoers are idempotent.
	release := hold(f.path, e.Line, patience)
	if e.State < to && f.state(e.ID) >= to {
		release()
		return nil
	}
	ended := make(chan error, 1)
	go func() {
		defer release() // also when nobody waits any more
		ended <- f.record(e, to, call(ctx, undo, e.Args, timeout))
	}()
	select {
	case err := <-ended:
		return err
	case <-time.After(timeout + overrun):
		return f.record(e, to, fmt.Errorf("no answer within %s", timeout))
	}
}

// call runs an undoer with a time-out. A panic becomes an error: the others must still run.
func call(ctx context.Context, undo Undoer, args map[string]string, timeout time.Duration) (err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return undo(ctx, args)
}

// record writes down how an undo went and returns its error.
func (f *file) record(e Entry, to State, err error) error {
	if err == nil {
		return f.mark(e.ID, to)
	}
	// The failure is returned in any case; that it is on the disk too is a courtesy.
	_ = f.markFailed(e.ID, err)
	return fmt.Errorf("undo %s: %w", title(e.Step), err)
}

// state is how far a step has come by now. Where that cannot be read it is
// Pending: undoing twice is harmless, not at all is not.
func (f *file) state(id string) State {
	log, err := f.read()
	if e := log.find(id); err == nil && e != nil {
		return e.State
	}
	return Pending
}

// title is how a step is called in messages.
func title(s Step) string {
	says := s.Says
	if says == "" {
		says = s.Kind
	}
	return fmt.Sprintf("step %s (%s)", s.ID, says)
}
