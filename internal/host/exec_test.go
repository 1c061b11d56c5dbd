package host

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestCommandErrorCanBePasted(t *testing.T) {
	_, err := Output(t.Context(), "sh", "-c", "echo 'no such disk' >&2; exit 3")
	var ce *CommandError
	if !errors.As(err, &ce) {
		t.Fatalf("got %T", err)
	}
	want := "exit status 3\n$ sh -c 'echo '\\''no such disk'\\'' >&2; exit 3'\nno such disk"
	if err.Error() != want {
		t.Errorf("got:\n%s\nwant:\n%s", err, want)
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("the cause is lost: %v", err)
	}
}

func TestCommandErrorKeepsTheEnd(t *testing.T) {
	_, err := Output(t.Context(), "sh", "-c", "seq 1 5000 >&2; exit 1")
	if s := err.Error(); len(s) > tailBytes+200 || !strings.HasSuffix(s, "5000") {
		t.Errorf("got %d bytes, ending in %q", len(s), s[len(s)-20:])
	}
}

// TestCancelEndsChildren: the shell's child must go with it, or a cancelled build
// would leave compilers running.
func TestCancelEndsChildren(t *testing.T) {
	pidFile := filepath.Join(t.TempDir(), "pid")
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stopped by the test")
	done := make(chan error, 1)
	go func() {
		_, err := Output(ctx, "sh", "-c", "sleep 100 & echo $! > "+pidFile+".new; mv "+pidFile+".new "+pidFile+"; wait")
		done <- err
	}()
	pid := awaitFile(t, pidFile)
	cancel(stop)
	if err := <-done; !errors.Is(err, stop) {
		t.Errorf("got %v, want the cause of the cancellation", err)
	}
	for range 100 {
		if b, err := os.ReadFile("/proc/" + pid + "/stat"); err != nil || strings.Contains(string(b), ") Z ") {
			return
		}
		<-time.After(20 * time.Millisecond)
	}
	t.Errorf("child %s still runs", pid)
}

func awaitFile(t *testing.T, path string) string {
	t.Helper()
	for range 500 {
		if b, err := os.ReadFile(path); err == nil {
			return strings.TrimSpace(string(b))
		}
		<-time.After(10 * time.Millisecond)
	}
	t.Fatalf("%s never came", path)
	return ""
}

func TestShellLine(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"echo", "a b"}, "echo 'a b'"},
		{[]string{"x", "", "it's", "/a=b:c"}, `x '' 'it'\''s' /a=b:c`},
	} {
		if got := shellLine(c.args); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestProgressDo(t *testing.T) {
	var steps []Step
	var last atomic.Pointer[Step]
	p := Progress(func(s Step) { steps = append(steps, s); last.Store(&s) })
	failed := errors.New("no")
	err := p.Do("work", func(detail func(string)) error { detail("half way"); return failed })
	if !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
	if s := last.Load(); !s.Done || s.Err == nil || s.Detail != "half way" || s.Name != "work" {
		t.Errorf("last report %+v", *s)
	}
	if steps[0].Done || len(steps) < 2 {
		t.Errorf("want a report at the start and one at the end, got %+v", steps)
	}
	var none Progress
	none.Cached("x")
	if err := none.Do("x", func(detail func(string)) error { detail("y"); return nil }); err != nil {
		t.Error(err)
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[uint64]string{0: "0 B", 1023: "1023 B", 1536 << 20: "1.5 GiB", 2 << 40: "2.0 TiB", 3 << 50: "3072.0 TiB"} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestDirs(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	for _, k := range []string{"SEATRIAL_STATE", "SEATRIAL_CACHE", "XDG_STATE_HOME", "XDG_CACHE_HOME"} {
		t.Setenv(k, "")
	}
	check := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	check(StateDir(), home+"/.local/state/seatrial")
	check(CacheDir(), home+"/.cache/seatrial")
	t.Setenv("XDG_CACHE_HOME", "/x")
	t.Setenv("XDG_STATE_HOME", "relative")
	check(CacheDir(), "/x/seatrial")
	check(StateDir(), home+"/.local/state/seatrial")
	t.Setenv("SEATRIAL_CACHE", "/mine")
	check(CacheDir(), "/mine")
}

func TestIsDebian(t *testing.T) {
	for text, want := range map[string]bool{
		"ID=debian\n": true,
		"NAME=Ubuntu\nID=ubuntu\nID_LIKE=debian\n":  true,
		"ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n": true,
		"ID=fedora\n":                            false,
		"HOME_URL=https://debian.org\nID=arch\n": false,
		"":                                       false,
	} {
		if got := isDebian(text); got != want {
			t.Errorf("isDebian(%q) = %t", text, got)
		}
	}
}

func TestFreeSpaceOfWhatIsNotThereYet(t *testing.T) {
	free, err := FreeSpace(filepath.Join(t.TempDir(), "a", "b"))
	if err != nil || free == 0 {
		t.Errorf("got %d, %v", free, err)
	}
}

func TestEnsureToolsWithNothingMissing(t *testing.T) {
	if err := EnsureTools(t.Context(), nil, Tool{Program: "sh", Package: "dash"}, Tool{File: "/", Package: "base-files"}); err != nil {
		t.Error(err)
	}
	if (Tool{Program: "no-such-program-here", Package: "x"}).missing() == false {
		t.Error("a missing program was not noticed")
	}
}
