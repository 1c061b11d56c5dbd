package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"

	"github.com/seatrial/seatrial/internal/host"
)

// Stream runs a command in a node and returns its standard output as it comes.
// Closing it, or the end of ctx, ends the command. A command that fails shows as
// the error of the last Read.
func (c *Cluster) Stream(ctx context.Context, node string, command ...string) (io.ReadCloser, error) {
	args := append([]string{"docker", "exec", node}, command...)
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for us alone: the recovery must be seen too
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, fmt.Errorf("run %s in node %s: %w", command[0], node, err)
	}
	return &stream{ReadCloser: out, cmd: cmd, cancel: cancel, said: &said, args: args}, nil
}

// stream is the output of a command that runs.
type stream struct {
	io.ReadCloser
	cmd    *exec.Cmd
	cancel context.CancelFunc
	said   *strings.Builder
	args   []string
	once   sync.Once
	err    error
}

func (s *stream) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		s.once.Do(s.wait)
		if s.err != nil {
			err = s.err
		}
	}
	return n, err
}

// wait reaps the command; how it ended is of interest only if nobody ended it.
func (s *stream) wait() {
	if err := s.cmd.Wait(); err != nil {
		s.err = &host.CommandError{Args: s.args, Output: s.said.String(), Err: err}
	}
}

// Close ends the command.
func (s *stream) Close() error {
	s.cancel()
	s.once.Do(s.wait)
	return nil
}
