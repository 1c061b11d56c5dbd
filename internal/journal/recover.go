package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Fate is what Recover did with a journal.
type Fate string

// The fates of a journal.
const (
	Live       Fate = "live"       // its run lives: not touched
	Recovered  Fate = "recovered"  // nothing is left; the journal was removed
	Left       Fate = "left"       // some steps could not be undone; the journal stays
	Damaged    Fate = "damaged"    // every readable step is undone, but some lines could not be read; set aside
	Unreadable Fate = "unreadable" // not a journal, or not for us; set aside
	Listed     Fate = "listed"     // a dead run's journal, not touched because of DryRun
	Forgotten  Fate = "forgotten"  // given up by a person; set aside

	vanished Fate = "" // finished by its run or its guardian while we looked
)

// aside is appended to the name of a journal that a person must look at.
const aside = ".aside"

var errNoJournal = errors.New("not a journal: it has neither a first line nor steps that can be read")

// RecoverOptions say how Recover goes about it.
type RecoverOptions struct {
	DryRun bool // only list what would be undone
	// First picks steps to be undone before all others, which they make moot: the deletion
	// of a cluster ends whatever was done in it. May be nil.
	First func(Step) bool
	// Around is called for each step and calls undo, whose error it returns: it shows what
	// is being done. May be nil.
	Around func(s Step, undo func() error) error
}

// An Outcome is what became of one journal.
type Outcome struct {
	Path   string `json:"path"` // of the journal; where it was set aside, its new name
	Info   Info   `json:"info"`
	Fate   Fate   `json:"fate"`
	Steps  []Step `json:"steps,omitempty"`  // that were pending, the last written first
	Failed []Step `json:"failed,omitempty"` // those of them that still are
	Err    error  `json:"-"`                // why, for every fate but Live, Recovered and Listed
}

// MarshalJSON writes the error as text, which an error is not by itself.
func (o Outcome) MarshalJSON() ([]byte, error) {
	type plain Outcome
	why := ""
	if o.Err != nil {
		why = o.Err.Error()
	}
	return json.Marshal(struct {
		plain
		Error string `json:"error,omitempty"`
	}{plain(o), why})
}

// Recover undoes what dead runs left in dir, each journal in reverse order, and
// removes the journals that are finished. A live run is never touched: it holds
// the lock of its journal. It returns an outcome for each journal, in the order
// of their names, and their errors joined. A missing folder holds nothing.
//
// When ctx ends the step at hand is finished and the rest is left.
func Recover(ctx context.Context, dir string, u Undoers, opts RecoverOptions) ([]Outcome, error) {
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("recover: %w", err)
	}
	var out []Outcome
	var errs []error
	for _, d := range list {
		path := filepath.Join(dir, d.Name())
		if d.IsDir() || !strings.HasSuffix(path, suffix) || strings.HasPrefix(d.Name(), draft) {
			continue
		}
		o := recoverOne(ctx, path, u, opts)
		if o.Fate != vanished {
			out = append(out, o)
			errs = append(errs, o.Err)
		}
	}
	if !opts.DryRun {
		sweep(dir, list)
	}
	return out, errors.Join(errs...)
}

// Forget gives up what a dead run left in place: its journal is set aside, as one that
// cannot be read is, and not tried again. The outcome names what is not undone.
func Forget(dir, run string) (Outcome, error) {
	path := filepath.Join(dir, filepath.Base(run)+suffix)
	lives, err := alive(path)
	if err == nil && lives {
		err = errors.New("its run lives")
	}
	var log Log
	if err == nil {
		log, err = Read(path)
	}
	if err != nil {
		return Outcome{}, fmt.Errorf("forget run %s: %w", run, err)
	}
	o := Outcome{Path: path, Info: log.Info}
	for _, e := range log.Pending() {
		o.Steps = append(o.Steps, e.Step)
	}
	o.Failed = o.Steps
	o = o.setAside(Forgotten, nil)
	return o, o.Err
}

func recoverOne(ctx context.Context, path string, u Undoers, opts RecoverOptions) Outcome {
	o := Outcome{Path: path}
	lives, err := alive(path)
	var log Log
	if err == nil {
		log, err = Read(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return o.end(vanished, nil)
	}
	if err != nil {
		return o.end(Unreadable, err)
	}
	o.Info = log.Info
	for _, e := range log.Pending() {
		o.Steps = append(o.Steps, e.Step)
	}
	empty := log.Info.Run == "" && len(log.Entries) == 0
	switch {
	case lives:
		return o.end(Live, nil)
	case empty && opts.DryRun:
		return o.end(Unreadable, errNoJournal)
	case empty:
		return o.setAside(Unreadable, errNoJournal)
	case opts.DryRun:
		return o.end(Listed, nil)
	}
	return o.undo(ctx, log, u, opts)
}

// ordered puts what is to be undone first to the front; the rest stays in its order.
func (opts RecoverOptions) ordered(pending []Entry) []Entry {
	if opts.First == nil {
		return pending
	}
	rank := func(e Entry) int {
		if opts.First(e.Step) {
			return 0
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(pending), func(a, b Entry) int { return rank(a) - rank(b) })
}

func (opts RecoverOptions) around(s Step, undo func() error) error {
	if opts.Around == nil {
		return undo()
	}
	return opts.Around(s, undo)
}

// undo undoes what is pending and decides what becomes of the file.
func (o Outcome) undo(ctx context.Context, log Log, u Undoers, opts RecoverOptions) Outcome {
	f, err := open(o.Path, "recover")
	if err != nil {
		o.Failed = o.Steps
		return o.end(Left, err)
	}
	defer f.disk.Close()
	errs := o.undoAll(ctx, opts.ordered(log.Pending()), func(e Entry) error {
		return opts.around(e.Step, func() error { return f.execute(ctx, e, u, UndoTimeout, Done) })
	})
	switch {
	case len(errs) > 0:
		return o.end(Left, errors.Join(errs...))
	case log.Err() != nil:
		return o.setAside(Damaged, fmt.Errorf("some lines cannot be read, so that something may be left in place: %w", log.Err()))
	}
	if err := f.remove(); err != nil {
		return o.end(Left, err)
	}
	return o.end(Recovered, nil)
}

// undoAll executes the steps in that order, and those that failed again as long as
// others did not: what cannot be undone in a broken cluster is moot when that is deleted.
func (o *Outcome) undoAll(ctx context.Context, pending []Entry, execute func(Entry) error) []error {
	for {
		var errs []error
		var failed []Entry
		for _, e := range pending {
			err := ctx.Err()
			if err == nil {
				err = execute(e)
			}
			if err != nil {
				errs, failed = append(errs, err), append(failed, e)
			}
		}
		if len(failed) > 0 && len(failed) < len(pending) {
			pending = failed
			continue
		}
		for _, e := range failed {
			o.Failed = append(o.Failed, e.Step)
		}
		return errs
	}
}

// setAside renames the journal, so that it is kept for a person and not tried again.
func (o Outcome) setAside(fate Fate, why error) Outcome {
	removeLocks(o.Path)
	err := os.Rename(o.Path, o.Path+aside)
	o = o.end(fate, errors.Join(why, err))
	if err == nil {
		o.Path += aside
	}
	return o
}

func (o Outcome) end(fate Fate, err error) Outcome {
	o.Fate = fate
	if err != nil {
		o.Err = fmt.Errorf("journal %s: %w", o.Path, err)
	}
	return o
}

// sweep removes what belongs to journals that are gone: the logs of their
// guardians, locks, and drafts of runs that died while creating one.
func sweep(dir string, list []fs.DirEntry) {
	for _, d := range list {
		path := filepath.Join(dir, d.Name())
		switch {
		case strings.HasPrefix(d.Name(), draft):
			if lives, err := alive(path); err == nil && !lives {
				_ = os.Remove(path)
			}
		case strings.HasSuffix(path, suffix+".lock"), strings.HasSuffix(path, logPath(suffix)):
			stem := strings.TrimSuffix(strings.TrimSuffix(path, ".lock"), logPath(suffix))
			journal := strings.TrimSuffix(stem, suffix) + suffix
			if !exists(journal) && !exists(journal+aside) {
				_ = os.Remove(path)
			}
		}
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
