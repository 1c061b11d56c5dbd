package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A Command is how to start this program as a meter: its path, and the argument
// after which ProcessMain gets the rest, {"/usr/bin/seatrial", "__load"}.
type Command []string

// A Process is a meter in a process of its own.
type Process struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	words *tail // the end of what it wrote to stderr
	sink  func(history.Sample)
	gaps  func(history.Interval)

	ask     sync.Once
	sending chan struct{} // closed when every lane is sending
	done    chan struct{} // closed when the process is gone; report and err are set
	report  *Report
	err     error
}

// Start starts the meter and returns when every lane is sending. sink and gaps
// are as in Run; they are called from one goroutine until Wait returns.
//
// When ctx ends the meter stops in good order. It ends by itself when this process
// is gone, and when the plan's MaxDuration is over.
func Start(ctx context.Context, command Command, plan Plan, sink func(history.Sample), gaps func(history.Interval)) (*Process, error) {
	plan = plan.withDefaults()
	if err := plan.Validate(); err != nil {
		return nil, fmt.Errorf("plan of the load: %w", err)
	}
	line, err := json.Marshal(plan)
	if err != nil {
		return nil, fmt.Errorf("write plan of the load: %w", err)
	}
	p := &Process{sink: sink, gaps: gaps, words: &tail{}, sending: make(chan struct{}), done: make(chan struct{})}
	if err := p.launch(ctx, command, plan, append(line, '\n')); err != nil {
		return nil, fmt.Errorf("start the meter: %w", err)
	}
	select {
	case <-p.sending:
		return p, nil
	case <-p.done:
	}
	if p.err != nil {
		return nil, p.err
	}
	if p.began() {
		return p, nil
	}
	return nil, errors.New("start the meter: it ended before every lane had sent anything")
}

// began reports whether every lane has sent something.
func (p *Process) began() bool {
	select {
	case <-p.sending:
		return true
	default:
		return false
	}
}

func (p *Process) launch(ctx context.Context, command Command, plan Plan, line []byte) error {
	if len(command) == 0 {
		return errors.New("no command given")
	}
	p.cmd = exec.CommandContext(ctx, command[0], append(append([]string{}, command[1:]...), netnsFlag(plan.NetNS)...)...)
	// A group of its own: a Ctrl-C in the terminal is for us to answer, and the
	// load goes on while we undo.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.Stderr = p.words
	p.cmd.Cancel = func() error { p.askToStop(); return nil }
	p.cmd.WaitDelay = drainTime(plan)
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	go p.follow(out)
	if _, err := p.stdin.Write(line); err != nil {
		<-p.done
		return fmt.Errorf("send the plan: %w", errors.Join(err, p.err))
	}
	return nil
}

// drainTime is how long an orderly end may take: a request and its re-probe run
// into their time-outs, on a machine that is busy.
func drainTime(p Plan) time.Duration { return 2*p.Timeout + 5*time.Second }

// follow takes in what the process says until it is gone.
func (p *Process) follow(out io.Reader) {
	readErr := readFrames(out, p.take)
	if readErr != nil {
		_ = p.cmd.Process.Kill()
	}
	waitErr := p.cmd.Wait()
	if p.report == nil || readErr != nil {
		p.err = p.death(readErr, waitErr)
	}
	close(p.done)
}

// take handles one frame.
func (p *Process) take(f frame) error {
	for _, g := range f.Gaps {
		p.gaps(g)
	}
	for _, s := range f.Samples {
		p.sink(s)
	}
	switch {
	case f.Error != "":
		return errors.New(f.Error)
	case f.Report != nil:
		p.report = f.Report
	case f.Sending && !p.began():
		close(p.sending)
	}
	return nil
}

// death says how the process ended without a report.
func (p *Process) death(readErr, waitErr error) error {
	said := strings.TrimSpace(p.words.String())
	switch {
	case readErr != nil && said == "":
		return fmt.Errorf("the meter failed: %w", readErr)
	case readErr != nil:
		return fmt.Errorf("the meter failed: %w\n%s", readErr, said)
	case waitErr != nil:
		return fmt.Errorf("the meter died (process %d): %w\n%s", p.PID(), waitErr, said)
	}
	return fmt.Errorf("the meter ended without a report (process %d)\n%s", p.PID(), said)
}

// PID is the number of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the process is gone, by whatever cause; Wait says which.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait waits until the process is gone. An end without a report is an error.
func (p *Process) Wait() (Report, error) {
	<-p.done
	if p.err != nil {
		return Report{}, p.err
	}
	return *p.report, nil
}

// Stop ends the load in good order: nothing more is sent, what is under way is
// waited for. When ctx ends first the process is killed, which is an error.
func (p *Process) Stop(ctx context.Context) (Report, error) {
	p.askToStop()
	select {
	case <-p.done:
	case <-ctx.Done():
		_ = p.cmd.Process.Kill()
		<-p.done
	}
	return p.Wait()
}

func (p *Process) askToStop() {
	p.ask.Do(func() {
		_, _ = io.WriteString(p.stdin, stopLine) // a process that is gone needs no stop
	})
}

// A tail keeps the last few KiB that were written to it.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

const tailMost = 8 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	t.kept = t.kept[max(0, len(t.kept)-tailMost):]
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.kept)
}
