//go:build linux

package main

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// overdueAfter is how long after its deed a fault that is held for so long is undone by
// the guardian or the node: a trial waits two minutes for the effect, and they another
// minute for the trial.
func overdueAfter(hold time.Duration) time.Duration { return 2*time.Minute + hold + time.Minute }

// breakGuardian kills a run and, before it, its guardian: nobody is left on this machine to
// undo anything, and the node does so by itself.
func breakGuardian(t *testing.T) {
	before := processes("__guardian")
	p := start(t, "inject", "node/kubelet-stop", "--for", crashHold.String(), "--cluster", bench, "--place", "fast", "--out", filepath.Join(t.TempDir(), "run"))
	p.says(`(?m)^inject/\S+\s+seen`)
	killGuardian(t, before)
	p.signal(syscall.SIGKILL)
	p.ends(time.Second)
	began, late := time.Now(), overdueAfter(crashHold)
	for downKubelet(t) != "" {
		if time.Since(began) > late {
			t.Fatalf("%s stopped still, %s after everybody was killed", downKubelet(t), late)
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Logf("the node's own timer undid it %.1f s after everybody was killed", time.Since(began).Seconds())
	if got := done(t, "recover"); got.code != 0 {
		t.Errorf("recover, code %d: %s%s", got.code, got.out, got.errOut)
	}
	clean(t)
}

// killGuardian kills the guardians that were not there before.
func killGuardian(t *testing.T, before []string) {
	t.Helper()
	for _, g := range processes("__guardian") {
		if pid, err := strconv.Atoi(strings.Fields(g)[1]); err == nil && !strings.Contains(strings.Join(before, " "), g) {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// breakUnguarded kills the guardian of a run that goes on: it undoes what it did and ends.
func breakUnguarded(t *testing.T) {
	before := processes("__guardian")
	p := start(t, on(t, "nodes/node-killed")...)
	p.says(`(?m)^nodes/node-killed\s+seen`)
	killGuardian(t, before)
	if code := p.ends(undone); code != exitTool || !strings.Contains(p.talk(), "the guardian of this run has ended") {
		t.Errorf("code %d, want %d, and that it says why: %s", code, exitTool, lastLine(p.talk()))
	}
	clean(t)
}

// downKubelet names a worker of the bench whose kubelet does not run; "" is none.
func downKubelet(t *testing.T) string {
	t.Helper()
	for _, worker := range []string{"-worker", "-worker2", "-worker3"} {
		out, _ := exec.Command("docker", "exec", bench+worker, "systemctl", "is-active", "kubelet").Output()
		if strings.TrimSpace(string(out)) != "active" {
			return bench + worker
		}
	}
	return ""
}
