package host

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// fakeDaemon puts a dockerd beside the fake docker that runs the given shell
// lines, and returns a program that can be the runtime wrapper.
func fakeDaemon(t *testing.T, dir, script string) (program string) {
	t.Helper()
	program = filepath.Join(dir, "seatrial")
	for name, text := range map[string]string{"dockerd": script, "iptables": "exit 0", "seatrial": "echo '{}'"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return program
}

func TestBringUpStartsADaemonThatOutlivesUs(t *testing.T) {
	dir := fakeDocker(t, `[ -e "$0.up" ] || { echo "Cannot connect" >&2; exit 1; }`+"\n"+answering+`esac`)
	program := fakeDaemon(t, dir, `echo "args: $*"; touch "`+dir+`/docker.up"; exec sleep 100`)
	started, err := bringUp(t.Context(), DockerOptions{Executable: program})
	if err != nil || !started {
		t.Fatalf("started=%t, %v", started, err)
	}
	b, err := os.ReadFile(filepath.Join(StateDir(), "dockerd.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Kill(pid, syscall.SIGKILL) }()
	if sid, _ := unix.Getsid(pid); sid != pid {
		t.Errorf("the daemon is in session %d and would get our terminal's signals", sid)
	}
	log := logEnd(filepath.Join(StateDir(), "dockerd.log"))
	if wrapped := strings.Contains(log, "--default-runtime seatrial"); wrapped != lacksSysResource() {
		t.Errorf("runtime wrapper used: %t, capability missing: %t\n%s", wrapped, lacksSysResource(), log)
	}
	if again, err := bringUp(t.Context(), DockerOptions{Executable: program}); err != nil || again {
		t.Errorf("started a second one: %t, %v", again, err)
	}
}

func TestBringUpSaysWhyTheDaemonEnded(t *testing.T) {
	dir := fakeDocker(t, "exit 1")
	program := fakeDaemon(t, dir, `echo "failed to create NAT chain DOCKER"; exit 1`)
	_, err := bringUp(t.Context(), DockerOptions{Executable: program})
	if err == nil || !strings.Contains(err.Error(), "failed to create NAT chain DOCKER") || !strings.Contains(err.Error(), "dockerd.log") {
		t.Errorf("got %v", err)
	}
}

func TestLockWaitsForTheOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "lock")
	unlock, err := Lock(t.Context(), path, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	waiting := make(chan struct{})
	second := make(chan error, 1)
	go func() {
		unlock, err := Lock(t.Context(), path, func(s Step) {
			if !s.Done && s.Elapsed < progressEvery/2 {
				close(waiting)
			}
		}, "wait")
		if err == nil {
			unlock()
		}
		second <- err
	}()
	<-waiting
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Lock(ctx, path, nil, ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a taken lock gave %v", err)
	}
	unlock()
	if err := <-second; err != nil {
		t.Error(err)
	}
}

func TestWriteFileLeavesNothingBeside(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"one", "two"} {
		if err := WriteFile(filepath.Join(dir, "f"), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "f"))
	all, _ := os.ReadDir(dir)
	if err != nil || string(b) != "two" || len(all) != 1 {
		t.Errorf("%q, %v, %v", b, all, err)
	}
}
