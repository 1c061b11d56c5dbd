package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// bye is what a run that ends in good order tells its guardian. A pipe that
// breaks without it means that the run died.
const bye = "bye"

// readyWait is how long a guardian may take to start; it is the same binary as
// the run, so this is generous.
const readyWait = 30 * time.Second

// A Guardian is the process that undoes what we leave behind when we die or get stuck.
type Guardian struct {
	pipe io.WriteCloser
	gone chan struct{}
	err  error // how it ended; read it after gone is closed
}

// StartGuardian starts "cmd... journalPath", a program that calls GuardianMain,
// in a session of its own, so that Ctrl-C and a closed terminal do not reach it.
// It returns once the guardian has taken up watch; from then on a dead run
// cannot be missed. What it does is logged beside the journal, in RUN.guardian.log.
func StartGuardian(cmd []string, journalPath string) (*Guardian, error) {
	g, err := startGuardian(cmd, journalPath)
	if err != nil {
		return nil, fmt.Errorf("start guardian: %w", err)
	}
	return g, nil
}

func startGuardian(cmd []string, journalPath string) (*Guardian, error) {
	path, err := filepath.Abs(journalPath)
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(logPath(path), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	c := exec.Command(cmd[0], append(slices.Clone(cmd[1:]), path)...)
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	c.Stdout, c.Stderr = log, log
	pipe, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	g := &Guardian{pipe: pipe, gone: make(chan struct{})}
	go func() {
		g.err = c.Wait()
		close(g.gone)
	}()
	if err := g.awaitWatch(path, c.Process.Pid); err != nil {
		_ = c.Process.Kill()
		return nil, err
	}
	return g, nil
}

// awaitWatch waits for the guardian's line in the journal.
func (g *Guardian) awaitWatch(path string, pid int) error {
	late := time.After(readyWait)
	for {
		log, err := Read(path)
		if err != nil {
			return err
		}
		if slices.Contains(log.Guardians, pid) {
			return nil
		}
		select {
		case <-g.gone:
			return errors.Join(fmt.Errorf("it ended before it took up watch; its log is %s", logPath(path)), g.err)
		case <-late:
			return fmt.Errorf("it did not take up watch within %s; its log is %s", readyWait, logPath(path))
		case <-time.After(lockPoll):
		}
	}
}

// Gone is closed when the guardian has ended. Without Bye before, nobody guards
// the run any more: start another one, or stop breaking things.
func (g *Guardian) Gone() <-chan struct{} { return g.gone }

// byeLimit is how long a guardian may take to go: it finishes the undo that it is at. One
// that was stopped never does.
const byeLimit = UndoTimeout + time.Minute

// Bye tells the guardian that the run ends in good order and waits until it has
// gone. It finishes the undo that it is at, if any.
func (g *Guardian) Bye(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, byeLimit, fmt.Errorf("it has not gone within %s", byeLimit))
	defer cancel()
	_, err := io.WriteString(g.pipe, bye+"\n")
	_ = g.pipe.Close() // it may have gone already, and the pipe with it
	select {
	case <-g.gone:
		return errors.Join(err, g.err)
	case <-ctx.Done():
		return fmt.Errorf("wait for the guardian to go: %w", context.Cause(ctx))
	}
}
