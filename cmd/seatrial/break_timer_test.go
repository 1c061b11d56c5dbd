//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// quickly is a node fault that is held for 10 s, so that the timer in the node undoes it
// alone goneBy after it was armed: a trial waits two minutes for the effect, and the timer
// another minute for the trial.
const quickly = `scenario: nodes/kubelet-stopped
hold: {for: 5s, heal: 5s, settle: 5s}
`

const goneBy = 2*time.Minute + 10*time.Second + time.Minute

// breakGuardian kills a run and, before it, its guardian: nobody is left on this machine to
// undo anything, and the node does so by itself.
func breakGuardian(t *testing.T) {
	file := filepath.Join(t.TempDir(), "trial.yaml")
	if err := os.WriteFile(file, []byte(quickly), 0o600); err != nil {
		t.Fatal(err)
	}
	before := processes("__guardian")
	p := start(t, "run", "--file", file, "--without-twin", "--cluster", bench, "--out", filepath.Join(t.TempDir(), "run"))
	p.says(`(?m)^nodes/kubelet-stopped\s+seen`)
	for _, g := range processes("__guardian") {
		if pid, err := strconv.Atoi(strings.Fields(g)[1]); err == nil && !strings.Contains(strings.Join(before, " "), g) {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.signal(syscall.SIGKILL)
	p.ends(time.Second)
	began := time.Now()
	for stopped(t) != "" {
		if time.Since(began) > goneBy {
			t.Fatalf("%s stopped still, %s after everybody was killed", stopped(t), goneBy)
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Logf("the node's own timer undid it %.1f s after everybody was killed", time.Since(began).Seconds())
	if got := done(t, "recover"); got.code != 0 {
		t.Errorf("recover, code %d: %s%s", got.code, got.out, got.errOut)
	}
	clean(t)
}

// stopped names a worker of the bench whose kubelet does not run; "" is none.
func stopped(t *testing.T) string {
	t.Helper()
	for _, worker := range []string{"-worker", "-worker2", "-worker3"} {
		out, _ := exec.Command("docker", "exec", bench+worker, "systemctl", "is-active", "kubelet").Output()
		if strings.TrimSpace(string(out)) != "active" {
			return bench + worker
		}
	}
	return ""
}
