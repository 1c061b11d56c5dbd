package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// suffix is the end of a journal's file name.
const suffix = ".jsonl"

// draft begins the name of a journal that is not yet locked.
const draft = ".new-"

// A Journal is the run's own view of its journal. All methods may be called by
// several trials at once.
type Journal struct {
	file *file
	next atomic.Int64
}

// Create makes the journal DIR/RUN.jsonl, on the disk when it returns, and locks
// it for as long as this process lives: the lock is what tells a live run from a
// dead one. An existing journal of the same name is an error.
func Create(dir, run string, info Info) (*Journal, error) {
	j, err := create(dir, run, info)
	if err != nil {
		return nil, fmt.Errorf("create journal of run %s: %w", run, err)
	}
	return j, nil
}

func create(dir, run string, info Info) (*Journal, error) {
	if run == "" || run != filepath.Base(run) || run[0] == '.' {
		return nil, fmt.Errorf("%q is no file name", run)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	info.Schema, info.Run, info.PID = Schema, run, os.Getpid()
	if info.Started.IsZero() {
		info.Started = time.Now().UTC()
	}
	path := filepath.Join(dir, run+suffix)
	disk, err := createLocked(dir, path, info)
	if err != nil {
		return nil, err
	}
	return &Journal{file: &file{path: path, by: "run", disk: disk, ours: map[string]State{}}}, nil
}

// createLocked makes the file under another name first, so that nobody ever
// meets a journal that has no lock yet and takes its run for dead.
func createLocked(dir, path string, info Info) (*os.File, error) {
	name := filepath.Join(dir, fmt.Sprintf("%s%d-%d", draft, info.PID, time.Now().UnixNano()))
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer os.Remove(name)
	if err := begin(f, info); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := os.Link(name, path); err != nil { // unlike a rename it never replaces
		return nil, errors.Join(err, f.Close())
	}
	if err := syncDir(dir); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	return f, nil
}

// lookLimit is how long somebody who looks whether the writer of a journal lives may hold it.
const lookLimit = 10 * time.Second

// begin locks the file and writes its first line.
func begin(f *os.File, info Info) error {
	taken, err := flock(f, syscall.LOCK_EX)
	for began := time.Now(); err == nil && !taken; taken, err = flock(f, syscall.LOCK_EX) {
		if time.Since(began) > lookLimit { // somebody looks whether we live, which takes microseconds
			return fmt.Errorf("lock the journal %s: somebody else holds it", f.Name())
		}
		<-time.After(lockPoll)
	}
	if err != nil {
		return err
	}
	text, err := json.Marshal(line{Run: &info, At: info.Started})
	if err != nil {
		return err
	}
	if _, err := f.Write(append(text, '\n')); err != nil {
		return err
	}
	return f.Sync()
}

// Path is the journal's file.
func (j *Journal) Path() string { return j.file.path }

// Add writes a step to the disk, before its deed, and returns the id that it was
// given. An error, of a full disk say, means that the deed must not be done.
func (j *Journal) Add(step Step) (string, error) {
	step.ID = strconv.FormatInt(j.next.Add(1), 10)
	step.At = time.Now().UTC()
	text, err := json.Marshal(step)
	if err != nil {
		return "", fmt.Errorf("encode step: %w", err)
	}
	if err := j.file.append(line{Step: text}); err != nil {
		return "", fmt.Errorf("add %s: %w", title(step), err)
	}
	return step.ID, nil
}

// Done writes down that a step was undone by other means than Undo.
func (j *Journal) Done(id string) error { return j.file.mark(id, Done) }

// Failed writes down that undoing a step failed. It stays pending.
func (j *Journal) Failed(id string, err error) error { return j.file.markFailed(id, err) }

// Extend gives steps a new deadline: the guardian leaves them alone until then.
func (j *Journal) Extend(deadline time.Time, ids ...string) error {
	var errs []error
	for _, id := range ids {
		errs = append(errs, j.file.append(line{Extend: id, Deadline: deadline.UTC()}))
	}
	return errors.Join(errs...)
}

// KeepAlive holds a trial for as long as a person thinks: until ctx ends it moves
// the deadlines of the trial's pending steps to "lease from now", three times per
// lease. A run that hangs as a whole renews nothing, and the guardian steps in.
// Steps without a deadline get none.
func (j *Journal) KeepAlive(ctx context.Context, trial string, lease time.Duration) error {
	tick := time.NewTicker(lease / 3)
	defer tick.Stop()
	for {
		if err := j.renew(trial, time.Now().Add(lease)); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (j *Journal) renew(trial string, deadline time.Time) error {
	log, err := j.file.read()
	if err != nil {
		return err
	}
	for _, e := range log.Pending() {
		if e.Trial == trial && !e.Deadline.IsZero() && e.Deadline.Before(deadline) {
			err = errors.Join(err, j.Extend(deadline, e.ID))
		}
	}
	return err
}

// Undo undoes the named steps that are still pending, the last written first,
// each with UndoTimeout of its own and detached from ctx, so that an interrupted
// run undoes too. All are tried even when one fails; the errors are joined. Call it
// when their deeds are done or given up, not while one is being done.
func (j *Journal) Undo(ctx context.Context, u Undoers, ids ...string) error {
	return j.undo(ctx, u, func(e Entry) bool { return slices.Contains(ids, e.ID) })
}

// UndoTrial undoes the pending steps of a trial in the way of Undo. The trial ""
// is the run itself: its clusters.
func (j *Journal) UndoTrial(ctx context.Context, trial string, u Undoers) error {
	return j.undo(ctx, u, func(e Entry) bool { return e.Trial == trial })
}

func (j *Journal) undo(ctx context.Context, u Undoers, wanted func(Entry) bool) error {
	log, err := j.file.read()
	errs := []error{err}
	for _, e := range log.Pending() {
		if wanted(e) {
			errs = append(errs, j.file.execute(ctx, e, u, UndoTimeout, Done))
		}
	}
	return errors.Join(errs...)
}

// Overtaken lists the steps of a trial that the guardian undid while we lived,
// because their deadline passed. The fault of such a trial did not last for as
// long as it should have: the trial is no experiment. UndoTrial undoes them again.
func (j *Journal) Overtaken(trial string) ([]Step, error) {
	log, err := j.file.read()
	var out []Step
	for _, e := range log.Entries {
		if e.Trial == trial && e.Overtaken {
			out = append(out, e.Step)
		}
	}
	return out, err
}

// Pending lists the steps that are still to be undone, the last written first.
func (j *Journal) Pending() ([]Step, error) {
	log, err := j.file.read()
	var out []Step
	for _, e := range log.Pending() {
		out = append(out, e.Step)
	}
	return out, err
}

// Close ends the run in good order. If every step is done the journal is
// removed; else it stays for Recover, and the error says how many are left.
// Say Bye to the guardian first: it takes a closed pipe for a dead run.
func (j *Journal) Close() error {
	log, err := j.file.read()
	left := len(log.Pending())
	switch {
	case err == nil && left == 0:
		err = j.file.remove()
	case err == nil:
		err = fmt.Errorf("journal %s: %d steps are not undone; seatrial recover undoes them", j.file.path, left)
	}
	return errors.Join(err, j.file.disk.Close()) // the lock goes last
}
