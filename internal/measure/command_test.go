package measure

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/judge"
)

// A command that cannot be started, which shows only when it is to be, proves nothing.
func TestCommandThatCannotBeStarted(t *testing.T) {
	script := filepath.Join(t.TempDir(), "deploy")
	if err := os.WriteFile(script, []byte("echo no interpreter is named\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), options(newTarget(t).url, script), nil)
	if err != nil || r.Verdict != judge.Invalid || !strings.Contains(r.Reason, "the command was not run: fork/exec") || r.ExitCode() != 2 {
		t.Errorf("%v: %s %s", err, r.Verdict, r.Reason)
	}
}

// A full is a writer that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// Whoever reads along and goes does not end the command, nor lose what it says.
func TestCommandWhoseReaderHasGone(t *testing.T) {
	r := runCommand(t.Context(), []string{"sh", "-c", "echo one; sleep 0.2; echo two"}, full{})
	if r.Code != 0 || r.Output != "one\ntwo\n" {
		t.Errorf("%+v", r)
	}
}

// Who is asked to end is asked with all that it started.
func TestCommandIsInterruptedAsAWhole(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan Command, 1)
	go func() {
		ended <- runCommand(ctx, []string{"sh", "-c", `trap 'echo asked; exit 3' TERM; sh -c 'trap "echo child; exit" TERM; echo ready; while :; do sleep 0.05; done' & wait; wait`}, io.Discard)
	}()
	<-time.After(500 * time.Millisecond)
	cancel()
	select {
	case r := <-ended:
		if r.Code != 3 || !strings.Contains(r.Output, "child") {
			t.Errorf("%+v", r)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it goes on")
	}
}

// What a command leaves running is neither waited for nor its failure.
func TestCommandThatLeavesSomethingRunning(t *testing.T) {
	var output bytes.Buffer
	began := time.Now()
	r := runCommand(t.Context(), []string{"sh", "-c", "sleep 30 & echo $!"}, &output)
	pid, err := strconv.Atoi(strings.TrimSpace(r.Output))
	if err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	defer func() { _ = syscall.Kill(pid, syscall.SIGKILL) }()
	if r.Code != 0 || r.Error != "" || output.String() != r.Output || time.Since(began) > 20*time.Second {
		t.Errorf("%+v, %q, after %s", r, output.String(), time.Since(began))
	}
}

// What comes of the output after that is nobody's: the result has been printed by then.
func TestSpoutThatIsShut(t *testing.T) {
	var kept, along bytes.Buffer
	s := &spout{kept: &kept, along: &along}
	fmt.Fprint(s, "in time")
	s.shut()
	if n, err := fmt.Fprint(s, "late"); n != 4 || err != nil || kept.String() != "in time" || along.String() != "in time" {
		t.Errorf("%d, %v: %q, %q", n, err, kept.String(), along.String())
	}
}
