package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// runtimeName is the wrapper's name in Docker's list of runtimes.
	runtimeName = "seatrial"
	// startTimeout is how long a daemon may take until it answers. With a large
	// data folder it reads for a while.
	startTimeout = 90 * time.Second
	// answerEvery is how often it is asked meanwhile.
	answerEvery = 200 * time.Millisecond
)

// startDocker starts a daemon in the background, in a session of its own, so that
// it outlives us. Its pid and its log are in the state folder.
func startDocker(ctx context.Context, opts DockerOptions) error {
	args := []string{"dockerd"}
	if lacksSysResource() {
		wrapper, err := installRuntime(ctx, opts.Executable)
		if err != nil {
			return err
		}
		args = append(args, "--add-runtime", runtimeName+"="+wrapper, "--default-runtime", runtimeName)
	}
	return opts.Progress.Do("start "+shellLine(args), func(func(string)) error {
		return launch(ctx, args)
	})
}

// installRuntime puts the wrapper that Docker calls for each container into the
// state folder: a script of one line, since Docker 20.10 passes a runtime no
// arguments of its own.
func installRuntime(ctx context.Context, executable string) (string, error) {
	program, err := InstallBinary(ctx, executable)
	if err != nil {
		return "", err
	}
	script := filepath.Join(filepath.Dir(program), "seatrial-runtime")
	content := "#!/bin/sh\nexec " + shellLine([]string{program, runtimeCommand}) + " \"$@\"\n"
	if old, err := os.ReadFile(script); err == nil && string(old) == content {
		return script, nil
	}
	if err := WriteFile(script, []byte(content), 0o755); err != nil {
		return "", fmt.Errorf("install the runtime wrapper: %w", err)
	}
	return script, nil
}

// launch starts the daemon and waits until it answers.
func launch(ctx context.Context, args []string) error {
	if err := os.MkdirAll(StateDir(), 0o755); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(StateDir(), "dockerd.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	// Containers inherit the daemon's limits, and we may have been given a small
	// number of open files; the hard limit is all that we may ask for.
	cmd := exec.Command("/bin/sh", append([]string{"-c", `ulimit -n "$(ulimit -Hn)"; exec "$@"`, "sh"}, args...)...)
	cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/local/sbin:/usr/sbin:/sbin")
	cmd.Stdout, cmd.Stderr, cmd.Dir = log, log, "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start dockerd: %w", err)
	}
	pid := strconv.Itoa(cmd.Process.Pid)
	if err := os.WriteFile(filepath.Join(StateDir(), "dockerd.pid"), []byte(pid+"\n"), 0o644); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if err := awaitDocker(ctx, ended); err != nil {
		return fmt.Errorf("start dockerd: %w; its log %s ends with:\n%s", err, log.Name(), logEnd(log.Name()))
	}
	return nil
}

// awaitDocker waits until the daemon answers, ends, or takes too long.
func awaitDocker(ctx context.Context, ended <-chan error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startTimeout, fmt.Errorf("no answer within %s", startTimeout))
	defer cancel()
	tick := time.NewTicker(answerEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case err := <-ended:
			return errors.Join(errors.New("it ended at once"), err)
		case <-tick.C:
			if _, err := Output(ctx, "docker", "version", "--format", "{{.Server.Version}}"); err == nil {
				return nil
			}
		}
	}
}

// logEnd gives the last lines of a log that say what went wrong.
func logEnd(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	const show = 12
	return strings.Join(lines[max(0, len(lines)-show):], "\n")
}
