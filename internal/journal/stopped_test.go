package journal

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"
)

func TestStopped(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it looks into /proc")
	}
	other := exec.Command("sleep", "60")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Process.Kill(); _ = other.Wait() }()
	await := func(what string, want bool) {
		t.Helper()
		for began := time.Now(); stopped(other.Process.Pid) != want; <-time.After(time.Millisecond) {
			if time.Since(began) > 10*time.Second {
				t.Fatalf("%s: stopped %t", what, !want)
			}
		}
	}
	await("it runs", false)
	if err := other.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	await("it was stopped", true)
	if got := patienceWith(other.Process.Pid); got != 0 {
		t.Errorf("one that stands still is waited for %s", got)
	}
	if err := other.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	await("it goes on", false)
	if got := patienceWith(other.Process.Pid); got != UndoTimeout {
		t.Errorf("one that goes on is waited for %s", got)
	}
	if stopped(os.Getpid()) || stopped(-1) {
		t.Error("neither we nor nobody stands still")
	}
}
