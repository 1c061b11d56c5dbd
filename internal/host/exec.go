package host

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// stopGrace is how long a cancelled command may take to clean up after itself
// (debootstrap unmounts, dpkg unlocks) before it is killed.
const stopGrace = 10 * time.Second

// A CommandError is a command that failed, printed so that it can be pasted into
// a shell to see the same failure.
type CommandError struct {
	Args   []string
	Output string // standard error, or both outputs where they were joined; the last lines only
	Err    error
}

// Error gives the cause, the command and the end of its output, one per line.
func (e *CommandError) Error() string {
	s := fmt.Sprintf("%v\n$ %s", e.Err, shellLine(e.Args))
	if out := strings.TrimSpace(e.Output); out != "" {
		s += "\n" + out
	}
	return s
}

// Unwrap gives the cause, an *exec.ExitError for a command that ran.
func (e *CommandError) Unwrap() error { return e.Err }

// A Cmd is a command to run in a process group of its own, so that cancelling
// its context stops its children too.
type Cmd struct {
	Args   []string
	Dir    string
	Env    []string  // added to our own environment
	Stdin  io.Reader // nil: empty
	Stdout io.Writer // nil: collected and returned by Run
	Stderr io.Writer // nil: kept for the error only
}

// Run runs the command and returns what it wrote to standard output (empty when
// Stdout is set). Errors are a *CommandError; a cancelled context ends the whole
// process group with SIGTERM, ten seconds later with SIGKILL.
func (c Cmd) Run(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Dir, cmd.Stdin = c.Dir, c.Stdin
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = stopGrace
	var out bytes.Buffer
	var tail tailBuffer
	cmd.Stdout, cmd.Stderr = io.Writer(&out), io.Writer(&tail)
	if c.Stdout != nil {
		cmd.Stdout = c.Stdout
	}
	if c.Stderr != nil {
		cmd.Stderr = io.MultiWriter(c.Stderr, &tail)
	}
	err := cmd.Run()
	if err == nil {
		return out.String(), nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return out.String(), &CommandError{Args: c.Args, Output: tail.String(), Err: err}
}

// Output runs a command and returns its standard output without the white space
// around it.
func Output(ctx context.Context, args ...string) (string, error) {
	out, err := Cmd{Args: args}.Run(ctx)
	return strings.TrimSpace(out), err
}

// tailBytes is how much of a command's talk an error repeats: enough for a stack
// of causes, short enough to read.
const tailBytes = 4 << 10

// A tailBuffer keeps the last tailBytes written to it.
type tailBuffer struct{ b []byte }

func (t *tailBuffer) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	if over := len(t.b) - tailBytes; over > 0 {
		t.b = append(t.b[:0], t.b[over:]...)
	}
	return len(p), nil
}

func (t *tailBuffer) String() string { return string(t.b) }

// shellLine quotes what a shell would take apart.
//
//	["echo", "a b"] -> echo 'a b'
func shellLine(args []string) string {
	quoted := make([]string, len(args))
	for i, a := range args {
		quoted[i] = a
		if a == "" || strings.ContainsAny(a, " \t\n\"'$`\\|&;<>()*?[]#~{}!") {
			quoted[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
