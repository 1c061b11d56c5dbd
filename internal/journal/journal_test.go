package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func newJournal(t *testing.T) *Journal {
	t.Helper()
	j, err := Create(t.TempDir(), "run", Info{Command: "seatrial run"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.file.disk.Close() })
	return j
}

func add(t *testing.T, j *Journal, kind, trial string) string {
	t.Helper()
	id, err := j.Add(Step{Kind: kind, Trial: trial, Says: kind + " of " + trial, Args: map[string]string{"trial": trial}})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func read(t *testing.T, j *Journal) Log {
	t.Helper()
	log, err := Read(j.Path())
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestAddIsReadableByAnotherProcess(t *testing.T) {
	j := newJournal(t)
	deadline := time.Now().Add(time.Minute).UTC().Truncate(time.Millisecond)
	id, err := j.Add(Step{Kind: "node/start", Args: map[string]string{"node": "w2"}, Trial: "nodes/node-killed", Says: "start node w2", Deadline: deadline})
	if err != nil {
		t.Fatal(err)
	}
	log := read(t, j)
	if len(log.Entries) != 1 || log.Err() != nil || log.Torn || log.Info.PID != os.Getpid() || log.Info.Run != "run" || log.Info.Schema != Schema {
		t.Fatalf("log = %+v", log)
	}
	e := log.Entries[0]
	if e.ID != id || e.Kind != "node/start" || e.Args["node"] != "w2" || !e.Deadline.Equal(deadline) || e.At.IsZero() || e.State != Pending {
		t.Fatalf("entry = %+v", e)
	}
}

func TestUndoInReverseAllErrorsJoined(t *testing.T) {
	j := newJournal(t)
	kinds := []string{"one", "two", "panics", "unknown", "five"}
	for _, k := range kinds {
		add(t, j, k, "t")
	}
	other := add(t, j, "one", "another trial")
	var order []string
	broken := errors.New("two is broken")
	noting := func(name string, err error) Undoer {
		return func(context.Context, map[string]string) error { order = append(order, name); return err }
	}
	u := Undoers{"one": noting("one", nil), "two": noting("two", broken), "five": noting("five", nil),
		"panics": func(context.Context, map[string]string) error { order = append(order, "panics"); panic("ouch") }}
	err := j.UndoTrial(context.Background(), "t", u)
	if want := []string{"five", "panics", "two", "one"}; !slices.Equal(order, want) {
		t.Errorf("undone in order %v, want %v", order, want)
	}
	if !errors.Is(err, broken) || !errors.Is(err, ErrUnknownKind) || !strings.Contains(err.Error(), "panic: ouch") {
		t.Errorf("error = %v, want all three causes", err)
	}
	var pending []string
	for _, e := range read(t, j).Pending() {
		pending = append(pending, e.Kind)
	}
	if want := []string{"one", "unknown", "panics", "two"}; !slices.Equal(pending, want) {
		t.Errorf("pending %v, want %v", pending, want)
	}
	if err := j.Undo(context.Background(), u, other); err != nil {
		t.Error(err)
	}
	if err := j.Close(); err == nil || !strings.Contains(err.Error(), "3 steps are not undone") {
		t.Errorf("Close = %v, want what is left", err)
	}
	if _, err := os.Stat(j.Path()); err != nil {
		t.Errorf("a journal with pending steps is gone: %v", err)
	}
}

func TestUndoIsDetachedAndBounded(t *testing.T) {
	j := newJournal(t)
	add(t, j, "checks", "t")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	ran := false
	err := j.UndoTrial(ctx, "t", Undoers{"checks": func(ctx context.Context, _ map[string]string) error {
		ran = true
		if _, ok := ctx.Deadline(); !ok {
			return errors.New("no time-out")
		}
		return ctx.Err()
	}})
	if left := read(t, j).Pending(); err != nil || !ran || len(left) > 0 {
		t.Errorf("undo under a cancelled context: %v, run %t, left %v", err, ran, left)
	}
}

// An undoer that ignores its context must not keep the others from being undone.
func TestHangingUndoerIsLeftBehind(t *testing.T) {
	j := newJournal(t)
	id := add(t, j, "deaf", "t")
	hang := make(chan struct{})
	err := j.file.execute(context.Background(), read(t, j).Entries[0], Undoers{"deaf": func(context.Context, map[string]string) error {
		<-hang
		return nil
	}}, 10*time.Millisecond, Done)
	if err == nil || !strings.Contains(err.Error(), "no answer within 10ms") {
		t.Errorf("error = %v", err)
	}
	if e := read(t, j).Entries[0]; e.State != Pending || e.Err == "" || e.ID != id {
		t.Errorf("entry = %+v, want pending with its failure", e)
	}
	close(hang)
	for read(t, j).Entries[0].State != Done { // it came to its end after all
		time.Sleep(time.Millisecond)
	}
}

func TestConcurrentTrials(t *testing.T) {
	j := newJournal(t)
	var count atomic.Int64
	u := Undoers{"x": func(context.Context, map[string]string) error { count.Add(1); return nil }}
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			trial := strconv.Itoa(n)
			for range 10 {
				if _, err := j.Add(Step{Kind: "x", Trial: trial}); err != nil {
					t.Error(err)
				}
			}
			if err := j.UndoTrial(context.Background(), trial, u); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	log := read(t, j)
	if len(log.Entries) != 80 || len(log.Pending()) != 0 || count.Load() != 80 || log.Err() != nil {
		t.Errorf("%d entries, %d pending, %d undone, %v", len(log.Entries), len(log.Pending()), count.Load(), log.Err())
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(j.Path()), "*"))
	if len(left) != 0 {
		t.Errorf("a finished journal left %v", left)
	}
}

// The run and its guardian may come to undo a step at the same time.
func TestStepIsExecutedByOneAtATime(t *testing.T) {
	j := newJournal(t)
	add(t, j, "slow", "t")
	entry := read(t, j).Entries[0]
	other, err := open(j.Path(), "guardian")
	if err != nil {
		t.Fatal(err)
	}
	defer other.disk.Close()
	var count, atOnce atomic.Int64
	u := Undoers{"slow": func(context.Context, map[string]string) error {
		if atOnce.Add(1) > 1 {
			t.Error("two at once")
		}
		time.Sleep(50 * time.Millisecond)
		atOnce.Add(-1)
		count.Add(1)
		return nil
	}}
	var wg sync.WaitGroup
	for _, f := range []*file{j.file, other, j.file} {
		wg.Go(func() {
			if err := f.execute(context.Background(), entry, u, time.Minute, Done); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if count.Load() != 1 {
		t.Errorf("undone %d times, want once", count.Load())
	}
}

// A process that was stopped while it held the locks must not keep the guardian
// from writing and undoing.
func TestStuckHolderIsPassedBy(t *testing.T) {
	j := newJournal(t)
	add(t, j, "x", "t")
	entry := read(t, j).Entries[0]
	defer hold(j.Path(), entry.Line, 0)()
	done := false
	u := Undoers{"x": func(context.Context, map[string]string) error { done = true; return nil }}
	if err := j.file.execute(context.Background(), entry, u, 50*time.Millisecond, Done); err != nil || !done {
		t.Errorf("undone %v, error %v", done, err)
	}
}

func TestExtendAndOvertaken(t *testing.T) {
	j := newJournal(t)
	id, err := j.Add(Step{Kind: "x", Trial: "t", Deadline: time.Now().Add(time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	if err := j.Extend(later, id); err != nil {
		t.Fatal(err)
	}
	if got := read(t, j).Entries[0].Deadline; !got.Equal(later) {
		t.Errorf("deadline %v, want %v", got, later)
	}
	g, err := open(j.Path(), "guardian")
	if err != nil {
		t.Fatal(err)
	}
	defer g.disk.Close()
	undone := 0
	u := Undoers{"x": func(context.Context, map[string]string) error { undone++; return nil }}
	for range 2 { // the second time it is no news
		if err := g.execute(context.Background(), Entry{Step: Step{ID: id, Kind: "x"}, Line: 2}, u, time.Minute, Early); err != nil {
			t.Fatal(err)
		}
	}
	if over, err := j.Overtaken("t"); err != nil || len(over) != 1 || over[0].ID != id || undone != 1 {
		t.Errorf("overtaken = %v, %v; undone %d times", over, err, undone)
	}
	// The deed may have come after: the run undoes it again, and then it is done.
	if err := j.UndoTrial(context.Background(), "t", u); err != nil || undone != 2 {
		t.Errorf("undone %d times, %v", undone, err)
	}
	if e := read(t, j).Entries[0]; e.State != Done || e.By != "run" || !e.Overtaken {
		t.Errorf("entry = %+v", e)
	}
}

func TestKeepAliveRenewsOnlyWhatHasADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJournal(t)
		now := time.Now()
		_, err1 := j.Add(Step{Kind: "x", Trial: "t", Deadline: now.Add(time.Second)})
		_, err2 := j.Add(Step{Kind: "x", Trial: "t"})
		_, err3 := j.Add(Step{Kind: "x", Trial: "other", Deadline: now.Add(time.Second)})
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		if err := j.KeepAlive(ctx, "t", time.Minute); err != nil {
			t.Fatal(err)
		}
		e := read(t, j).Entries
		if want := now.Add(10 * time.Minute); e[0].Deadline.Before(want) {
			t.Errorf("deadline %v, want after %v", e[0].Deadline, want)
		}
		if !e[1].Deadline.IsZero() || !e[2].Deadline.Equal(now.Add(time.Second)) {
			t.Errorf("deadlines of others changed: %v %v", e[1].Deadline, e[2].Deadline)
		}
	})
}

func TestCreateRefuses(t *testing.T) {
	j := newJournal(t)
	dir := filepath.Dir(j.Path())
	for _, run := range []string{"run", "", "..", "a/b", ".hidden"} {
		if _, err := Create(dir, run, Info{}); err == nil {
			t.Errorf("Create(%q) succeeded", run)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Add(Step{Kind: "x"}); err == nil {
		t.Error("Add after Close succeeded")
	}
	if _, err := Create(filepath.Join(os.DevNull, "x"), "run", Info{}); err == nil {
		t.Error("Create in a folder that cannot be made succeeded")
	}
}

func ExampleRead() {
	dir, _ := os.MkdirTemp("", "journal")
	defer os.RemoveAll(dir)
	j, _ := Create(dir, "r1", Info{})
	id, _ := j.Add(Step{Kind: "node/start", Args: map[string]string{"node": "w2"}, Says: "start node w2"})
	_, _ = j.Add(Step{Kind: "nft/delete", Says: "delete table r1"})
	_ = j.Done(id)
	log, _ := Read(j.Path())
	for _, e := range log.Entries {
		fmt.Println(e.ID, e.State, e.Says)
	}
	// Output:
	// 1 done start node w2
	// 2 pending delete table r1
}

// Who looks whether the writer lives holds the journal for a moment, which is waited for.
func TestBeginWaitsForWhoLooks(t *testing.T) {
	path := filepath.Join(t.TempDir(), draft+"1")
	ours, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	theirs, err2 := os.Open(path)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	defer ours.Close()
	defer theirs.Close()
	if taken, err := flock(theirs, syscall.LOCK_SH); err != nil || !taken {
		t.Fatal(taken, err)
	}
	begun := make(chan error, 1)
	go func() { begun <- begin(ours, Info{Run: "r1"}) }()
	select {
	case err := <-begun:
		t.Fatalf("it began without its lock: %v", err)
	case <-time.After(3 * lockPoll):
	}
	if _, err := flock(theirs, syscall.LOCK_UN); err != nil {
		t.Fatal(err)
	}
	if err := <-begun; err != nil {
		t.Fatal(err)
	}
	if taken, err := flock(theirs, syscall.LOCK_SH); err != nil || taken {
		t.Errorf("the journal is not locked: %t, %v", taken, err)
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r1")
	for _, text := range []string{"long, and of yesterday", "short"} {
		if err := WriteFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("%q, %v", got, err)
		}
	}
	info, err := os.Stat(path)
	left, _ := os.ReadDir(dir)
	if err != nil || info.Mode().Perm() != 0o600 || len(left) != 1 {
		t.Errorf("%v, %v, %d files", info, err, len(left))
	}
	if err := WriteFile(filepath.Join(dir, "no", "such"), nil); err == nil {
		t.Error("no such folder, and no error")
	}
}
