package journal

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// patience bounds waits for other processes on a busy machine.
const patience = 40 * time.Second

// await waits until what holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); {
		if time.Now().After(end) {
			t.Fatalf("not within %s: %s", patience, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// startRun plays a run in another process until it says the word.
func startRun(t *testing.T, dir, how, word string) *exec.Cmd {
	t.Helper()
	c, err := playRunElsewhere(dir, how, word)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(c) })
	return c
}

func playRunElsewhere(dir, how, word string) (*exec.Cmd, error) {
	c := exec.Command(os.Args[0], "__run", dir, how)
	c.Stderr = os.Stderr
	c.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0") // else each process sleeps for a second as it ends
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	for in := bufio.NewScanner(out); word != ""; {
		if !in.Scan() {
			kill(c)
			return nil, fmt.Errorf("the run ended before it said %q", word)
		}
		if strings.HasPrefix(in.Text(), word) {
			break
		}
	}
	return c, nil
}

func kill(c *exec.Cmd) {
	_ = c.Process.Kill()
	_ = c.Wait()
}

func deeds(dir string) ([]string, error) {
	all, err := filepath.Glob(filepath.Join(dir, "deed-*"))
	return slices.DeleteFunc(all, func(p string) bool { return strings.HasSuffix(p, ".tried") }), err
}

func deedsLeft(t *testing.T, dir string) []string {
	t.Helper()
	left, err := deeds(dir)
	if err != nil {
		t.Fatal(err)
	}
	return left
}

func journalOf(dir string) string { return filepath.Join(dir, "journal", "run"+suffix) }

func gone(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// guardianLog is what the guardian said, for failure texts and for its process id.
func guardianLog(dir string) string {
	text, _ := os.ReadFile(logPath(journalOf(dir)))
	return string(text)
}

// The promise itself: killed at any moment, nothing is left.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	instants := rand.New(rand.NewPCG(2, 50)) // repeatable
	atOnce := make(chan struct{}, 6)
	var wg sync.WaitGroup
	for range 50 {
		after := time.Duration(instants.IntN(250_000)) * time.Microsecond
		dir := t.TempDir()
		atOnce <- struct{}{}
		wg.Go(func() {
			defer func() { <-atOnce }()
			if err := killedAt(dir, after); err != nil {
				t.Errorf("killed after %s: %v\n%s", after, err, guardianLog(dir))
			}
		})
	}
	wg.Wait()
}

// killedAt kills a run that is busy, some of them while they start up.
func killedAt(dir string, after time.Duration) error {
	word := "guarded"
	if after < 25*time.Millisecond {
		word = ""
	}
	c, err := playRunElsewhere(dir, "busy", word)
	if err != nil {
		return err
	}
	time.Sleep(after)
	kill(c)
	if left, err := deeds(dir); err != nil || word == "" && len(left) == 0 {
		return err // died before its first deed, perhaps before it had a guardian
	}
	for end := time.Now().Add(patience); !gone(journalOf(dir)); {
		if time.Now().After(end) {
			return errors.New("the guardian did not finish")
		}
		time.Sleep(5 * time.Millisecond)
	}
	left, err := deeds(dir)
	if len(left) > 0 {
		return fmt.Errorf("left in place: %v", left)
	}
	return err
}

func TestDeedThatLandsAfterTheUndo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	kill(startRun(t, dir, "late", "ready"))
	await(t, "the guardian removes the journal", func() bool { return gone(journalOf(dir)) })
	if left := deedsLeft(t, dir); len(left) > 0 {
		t.Errorf("left in place: %v\n%s", left, guardianLog(dir))
	}
	if n := strings.Count(guardianLog(dir), "undone: "); n != 2 {
		t.Errorf("undone %d times, want twice:\n%s", n, guardianLog(dir))
	}
}

func TestStuckRunMeetsItsDeadlines(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := startRun(t, dir, "deadline", "ready")
	await(t, "the guardian undoes what is due", func() bool { return gone(filepath.Join(dir, "deed-soon")) })
	if left := deedsLeft(t, dir); len(left) != 2 {
		t.Fatalf("left after the first deadline: %v, want deed-hour and deed-never\n%s", left, guardianLog(dir))
	}
	// Nobody else may take the stopped run for dead.
	out, err := Recover(context.Background(), filepath.Join(dir, "journal"), fileUndoers(), RecoverOptions{})
	if err != nil || len(out) != 1 || out[0].Fate != Live || len(deedsLeft(t, dir)) != 2 {
		t.Errorf("Recover of a stopped run: %+v, %v", out, err)
	}
	kill(c)
	await(t, "the guardian undoes the rest", func() bool { return gone(journalOf(dir)) })
	if left := deedsLeft(t, dir); len(left) > 0 {
		t.Errorf("left in place: %v\n%s", left, guardianLog(dir))
	}
}

func TestGoodEndLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := startRun(t, dir, "good", "guarded")
	if err := c.Wait(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(dir, "journal"))
	if err != nil || len(left) > 0 {
		t.Errorf("left in the journal folder: %v, %v", left, err)
	}
}

// The guardian undoes what it can, keeps the journal with the rest and says so.
func TestGuardianAndUnknownKind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	kill(startRun(t, dir, "hopeless", "ready"))
	await(t, "the guardian gives up", func() bool { return strings.Contains(guardianLog(dir), "left for seatrial recover") })
	if left := deedsLeft(t, dir); len(left) != 1 || filepath.Base(left[0]) != "deed-1" {
		t.Errorf("left in place: %v, want deed-1 only", left)
	}
	if !strings.Contains(guardianLog(dir), `no undoer of this kind: "from/the-future"`) {
		t.Errorf("its log does not name the kind:\n%s", guardianLog(dir))
	}
	log, err := Read(journalOf(dir))
	if err != nil || len(log.Pending()) != 1 {
		t.Errorf("journal: %+v, %v", log, err)
	}
}

// Three undoers that hang must not keep the fourth from being started in time.
func TestEverythingIsIssuedInTime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := startRun(t, dir, "hanging", "ready")
	watcher, err := Read(journalOf(dir))
	if err != nil {
		t.Fatal(err)
	}
	died := time.Now()
	kill(c)
	await(t, "the step behind those that hang is undone", func() bool { return gone(filepath.Join(dir, "deed-0")) })
	if took := time.Since(died); took > hastyPace().issue+2*time.Second {
		t.Errorf("issued after %s, want %s", took, hastyPace().issue)
	}
	order, err := os.ReadFile(filepath.Join(dir, "undone"))
	if err != nil || !strings.HasPrefix(string(order), "deed-3\ndeed-2\ndeed-1\ndeed-0\n") {
		t.Errorf("undone in order %q, %v", order, err)
	}
	_ = syscall.Kill(watcher.Guardians[0], syscall.SIGKILL) // it would try for minutes
}

func TestSignalsDoNotEndTheGuardian(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := startRun(t, dir, "hopeless", "ready")
	log, err := Read(journalOf(dir))
	if err != nil {
		t.Fatal(err)
	}
	// One of its steps can never be undone: it would go on trying.
	t.Cleanup(func() { _ = syscall.Kill(log.Guardians[0], syscall.SIGKILL) })
	if sid, err := unix.Getsid(log.Guardians[0]); err != nil || sid != log.Guardians[0] {
		t.Errorf("it is in session %d, %v, not in one of its own", sid, err)
	}
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if err := syscall.Kill(log.Guardians[0], s); err != nil {
			t.Fatal(err)
		}
		await(t, "it notes "+s.String(), func() bool { return strings.Contains(guardianLog(dir), s.String()+": a guardian goes") })
	}
	kill(c)
	await(t, "it does its work", func() bool { return len(deedsLeft(t, dir)) == 1 })
}

func TestTwoGuardians(t *testing.T) {
	j := newJournal(t)
	dir := t.TempDir()
	var both []*Guardian
	for range 2 {
		g, err := StartGuardian([]string{os.Args[0], "__hasty"}, j.Path())
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, g)
	}
	s := fileStep(filepath.Join(dir, "deed-0"))
	s.Deadline = time.Now()
	if _, err := deed(j, s); err != nil {
		t.Fatal(err)
	}
	await(t, "it is undone", func() bool { return read(t, j).Entries[0].State == Early })
	for _, g := range both {
		if err := g.Bye(context.Background()); err != nil {
			t.Error(err)
		}
	}
	if done, err := os.ReadFile(filepath.Join(dir, "undone")); err != nil || string(done) != "deed-0\n" {
		t.Errorf("undone by two guardians: %q, %v", done, err)
	}
	if err := j.UndoTrial(context.Background(), "t", fileUndoers()); err != nil {
		t.Error(err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}

func TestStartGuardianReportsOneThatDoesNotStart(t *testing.T) {
	j := newJournal(t)
	for _, cmd := range [][]string{{"false"}, {filepath.Join(t.TempDir(), "no such program")}} {
		if _, err := StartGuardian(cmd, j.Path()); err == nil {
			t.Errorf("StartGuardian(%v) succeeded", cmd)
		}
	}
	if code := GuardianMain(nil, strings.NewReader(""), nil); code != 64 {
		t.Errorf("without arguments: exit code %d, want 64", code)
	}
	if code := GuardianMain([]string{"no such journal"}, strings.NewReader(""), nil); code != 1 {
		t.Errorf("without a journal: exit code %d, want 1", code)
	}
}

// A pipe that breaks while the run still holds its lock is no death.
func TestBrokenPipeOfALiveRun(t *testing.T) {
	j := newJournal(t)
	add(t, j, "x", "t")
	undone := make(chan struct{}, 2)
	u := Undoers{"x": func(context.Context, map[string]string) error { undone <- struct{}{}; return nil }}
	pipe, theirs := io.Pipe()
	code := make(chan int)
	go func() { code <- guard([]string{j.Path()}, pipe, u, hastyPace()) }()
	theirs.Close()
	await(t, "it watches", func() bool { return len(read(t, j).Guardians) == 1 })
	select {
	case <-undone:
		t.Error("undone although the run lives")
	case <-time.After(3 * usualPace.look):
	}
	if err := j.Close(); err == nil { // which lets go of the lock
		t.Error("Close with a pending step succeeded")
	}
	<-undone
	if c := <-code; c != 0 || !gone(j.Path()) {
		t.Errorf("exit code %d, journal gone %v", c, gone(j.Path()))
	}
}

// The journal is not readable any more: what was read before is undone all the same.
func TestGuardianWithoutReadableJournal(t *testing.T) {
	j := newJournal(t)
	id := add(t, j, "x", "t")
	f, err := open(j.Path(), "guardian")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	u := Undoers{"x": func(context.Context, map[string]string) error { count++; return nil }}
	var said bytes.Buffer
	w := newWatch(f, u, usualPace, log.New(&said, "", 0))
	w.look()
	w.mourn()
	_ = f.disk.Close()
	w.look()
	w.look()
	w.issue()
	w.note(<-w.ended)
	if count != 1 || strings.Count(said.String(), "read journal") != 1 || !strings.Contains(said.String(), "step "+id) {
		t.Errorf("undone %d times; said:\n%s", count, said.String())
	}
}
