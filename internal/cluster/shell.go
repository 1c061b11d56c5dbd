package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"

	"github.com/seatrial/seatrial/internal/host"
)

// ErrNoDocker says that no Docker daemon answers.
var ErrNoDocker = errors.New("no Docker daemon answers: run `seatrial doctor`")

// ErrGone says that a container or network does not exist (any more). It is an
// fs.ErrNotExist, for those who know nothing of clusters.
var ErrGone error = goneError{}

type goneError struct{}

func (goneError) Error() string { return "gone" }

func (goneError) Is(target error) bool { return target == fs.ErrNotExist }

// A shell runs commands on the Docker host. The zero value runs them for real.
type shell struct {
	run  func(context.Context, host.Cmd) (string, error) // nil: host.Cmd.Run
	root func() bool                                     // nil: are we root on Linux
}

func (s shell) do(ctx context.Context, c host.Cmd) (string, error) {
	if s.run != nil {
		return s.run(ctx, c)
	}
	return c.Run(ctx)
}

// docker runs the docker command line and returns its standard output without
// the white space around it. A failure is a *host.CommandError, joined with
// ErrNoDocker or ErrGone where that is what it means.
func (s shell) docker(ctx context.Context, args ...string) (string, error) {
	out, err := s.do(ctx, host.Cmd{Args: append([]string{"docker"}, args...)})
	return strings.TrimSpace(out), explain(ctx, err)
}

// daemon tells one Docker from another: the ID that a daemon keeps with its data.
func (s shell) daemon(ctx context.Context) (string, error) {
	id, err := s.docker(ctx, "info", "--format", "{{.ID}}")
	if err != nil {
		return "", fmt.Errorf("ask Docker who it is: %w", err)
	}
	return id, nil
}

// exec runs a command in a node and returns both its outputs, joined. The input
// may be empty.
func (s shell) exec(ctx context.Context, node, input string, command ...string) (string, error) {
	args := append([]string{"docker", "exec", "-i", node}, command...)
	var both joined
	out, err := s.do(ctx, host.Cmd{Args: args, Stdin: strings.NewReader(input), Stdout: &both, Stderr: &both})
	return both.String() + out, explain(ctx, err)
}

// joined takes the two outputs of a command, which come from two goroutines.
type joined struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *joined) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *joined) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// privileged runs a command as root in the mount and network namespaces of the
// Docker host: directly where we are root, else by way of a container of the
// given image. Either way it is the host's own program that runs.
func (s shell) privileged(ctx context.Context, image string, command ...string) (string, error) {
	if s.isRoot() {
		out, err := s.do(ctx, host.Cmd{Args: command})
		return strings.TrimSpace(out), err
	}
	args := append([]string{"run", "--rm", "--privileged", "--network=host", "--pid=host",
		"--entrypoint", "nsenter", image, "--target=1", "--mount", "--net", "--"}, command...)
	return s.docker(ctx, args...)
}

func (s shell) isRoot() bool {
	if s.root != nil {
		return s.root()
	}
	return runtime.GOOS == "linux" && os.Geteuid() == 0
}

// explain joins what the error of a docker command means to it. The command line
// has no other way to tell than its words (moby: client/errors.go, daemon/errors.go).
func explain(ctx context.Context, err error) error {
	var failed *host.CommandError
	if ctx.Err() != nil || !errors.As(err, &failed) { // what an interrupted command says means nothing
		return err
	}
	said := failed.Output
	switch {
	case errors.Is(err, exec.ErrNotFound),
		strings.Contains(said, "Cannot connect to the Docker daemon"),
		strings.Contains(said, "failed to connect to the docker API"), // from 29 on
		strings.Contains(said, "permission denied while trying to connect"),
		strings.Contains(said, "error during connect"):
		return fmt.Errorf("%w: %w", ErrNoDocker, err)
	case strings.Contains(said, "No such container"),
		strings.Contains(said, "No such network"),
		strings.Contains(said, "No such object"),
		strings.Contains(said, "network ") && strings.Contains(said, " not found"):
		return fmt.Errorf("%w: %w", ErrGone, err)
	}
	return err
}

// lines splits what a command printed, leaving out empty lines.
func lines(out string) []string {
	return strings.FieldsFunc(out, func(r rune) bool { return r == '\n' || r == '\r' })
}
