package journal

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// fullDisk takes half of what is written, or fails to sync.
type fullDisk struct {
	*os.File
	write, sync error
}

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.write == nil {
		return d.File.Write(p)
	}
	n, err := d.File.Write(p[:len(p)/2])
	return n, errors.Join(err, d.write)
}

func (d *fullDisk) Sync() error { return d.sync }

func TestFullDiskForbidsTheDeed(t *testing.T) {
	for _, full := range []fullDisk{{write: syscall.ENOSPC}, {sync: syscall.ENOSPC}} {
		j := newJournal(t)
		id := add(t, j, "before", "t")
		good := j.file.disk.(*os.File)
		full.File = good
		j.file.disk = &full
		if _, err := j.Add(Step{Kind: "too much"}); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("Add on a full disk = %v", err)
		}
		if err := j.Done(id); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("Done on a full disk = %v", err)
		}
		if log := read(t, j); log.Torn || log.Err() != nil || len(log.Entries) != 1 {
			t.Errorf("a torn tail was left: %+v", log)
		}
		if left, err := j.Pending(); err != nil || len(left) != 0 {
			t.Errorf("what was undone on a full disk is pending again: %v, %v", left, err)
		}
		j.file.disk = good
		add(t, j, "after", "t")
		if log := read(t, j); log.Err() != nil || log.Entries[1].Kind != "after" {
			t.Errorf("after space was made: %+v", log)
		}
	}
}

// A writer that died in the middle of a line must not swallow the next one.
func TestAppendAfterTornLine(t *testing.T) {
	j := newJournal(t)
	add(t, j, "first", "t")
	if _, err := j.file.disk.Write([]byte(`{"step":{"id":"7","ki`)); err != nil {
		t.Fatal(err)
	}
	add(t, j, "second", "t")
	log := read(t, j)
	if len(log.Entries) != 2 || log.Entries[1].Kind != "second" || len(log.Problems) != 1 || log.Problems[0].Line != 3 {
		t.Errorf("log = %+v", log)
	}
}

// The kernel's own way to refuse: a limit on the size of files cuts a line in two.
func TestFileSizeLimit(t *testing.T) {
	const role = "JOURNAL_TEST_SIZE_LIMIT"
	if dir := os.Getenv(role); dir != "" {
		addUntilRefused(t, dir)
		return
	}
	dir := t.TempDir()
	c := exec.Command(os.Args[0], "-test.run=^TestFileSizeLimit$", "-test.v")
	c.Env = append(os.Environ(), role+"="+dir, "GORACE=atexit_sleep_ms=0")
	out, err := c.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "refused after") {
		t.Fatalf("%v\n%s", err, out)
	}
	log, err := Read(filepath.Join(dir, "run"+suffix))
	if err != nil || log.Torn || log.Err() != nil || len(log.Entries) < 2 {
		t.Errorf("log = %+v, %v", log, err)
	}
}

func addUntilRefused(t *testing.T, dir string) {
	signal.Ignore(syscall.SIGXFSZ)
	j, err := Create(dir, "run", Info{})
	if err != nil {
		t.Fatal(err)
	}
	const limit = 1000
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		t.Fatal(err)
	}
	for n := range limit {
		if _, err := j.Add(Step{Kind: "x", Says: "something of a certain length"}); err != nil {
			if !errors.Is(err, syscall.EFBIG) {
				t.Fatal(err)
			}
			t.Logf("refused after %d", n)
			return
		}
	}
	t.Fatal("never refused")
}
