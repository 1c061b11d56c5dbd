package measure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"golang.org/x/term"
)

// outputMost is how much of the command's output is kept: its end.
const outputMost = 1 << 20

// killAfter is how long an interrupted command may take to end by itself.
const killAfter = 10 * time.Second

// outputWait is how long output is waited for after the command has ended: of what it
// started and left behind ("kubectl port-forward &") it may never end.
const outputWait = time.Second

// FindCommand says at once what would only be found when the load runs already.
func FindCommand(line []string) error {
	if len(line) == 0 {
		return nil
	}
	if _, err := exec.LookPath(line[0]); err != nil {
		return fmt.Errorf("command: %w", err)
	}
	return nil
}

// runCommand runs the command and says how it ended. When ctx ends it is asked to
// end (SIGTERM), and killed when it does not.
func runCommand(ctx context.Context, line []string, output io.Writer) Command {
	kept := &tail{}
	c := exec.CommandContext(ctx, line[0], line[1:]...)
	c.WaitDelay = killAfter
	interruptible(c)
	// A pipe of our own: os/exec would wait for whoever else holds its end, too.
	read, write, err := os.Pipe()
	if err != nil {
		return Command{Line: line, Code: 127, Error: err.Error()}
	}
	c.Stdout, c.Stderr = write, write
	said := &spout{kept: kept, along: output}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(said, read)
		_ = read.Close()
	}()
	err = c.Run()
	_ = write.Close()
	select {
	case <-drained:
	case <-time.After(outputWait):
		said.shut() // it is read on, so that whoever writes does not wait, and forgotten
	}
	r := Command{Line: line, Output: kept.String(), Ran: c.Process != nil, Code: codeOf(c, err)}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.Error = err.Error()
	}
	return r
}

// interruptible has the command be asked to end with all that it started: in a group of its
// own, or where a terminal tells all of our group of Ctrl-C, a while after that. Asked twice
// many a tool drops everything, and in a group of its own it could not ask for a password.
func interruptible(c *exec.Cmd) {
	if term.IsTerminal(int(os.Stdin.Fd())) || term.IsTerminal(int(os.Stderr.Fd())) {
		c.Cancel = func() error {
			time.AfterFunc(killAfter/2, func() { _ = c.Process.Signal(syscall.SIGTERM) })
			return nil
		}
		return
	}
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error {
		if err := syscall.Kill(-c.Process.Pid, syscall.SIGTERM); !errors.Is(err, syscall.ESRCH) {
			return err
		}
		return os.ErrProcessDone
	}
}

// A spout keeps what is written to it, and passes it on to whoever reads along, until it is
// shut. Who has gone, with a full disk say, ends neither.
type spout struct {
	mu          sync.Mutex
	kept, along io.Writer
}

func (s *spout) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.along.Write(p); err != nil {
		s.along = io.Discard
	}
	return s.kept.Write(p)
}

func (s *spout) shut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept, s.along = io.Discard, io.Discard
}

// codeOf is the exit code as a shell has it.
func codeOf(c *exec.Cmd, err error) int {
	if c.ProcessState == nil {
		return 127 // a shell's "not found"
	}
	if status, ok := c.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	if code := c.ProcessState.ExitCode(); code != 0 || err == nil {
		return code
	}
	return 1 // it was asked to end, and ended well
}

// A tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	t.kept = t.kept[max(0, len(t.kept)-outputMost):]
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.kept)
}
