package host

import (
	"os/exec"
	"testing"
)

func TestLevel(t *testing.T) {
	for _, c := range []struct {
		got  uint64
		want Level
	}{{2, LevelFail}, {3, LevelWarn}, {5, LevelWarn}, {6, LevelOK}} {
		if l := level(c.got, 6, 3); l != c.want {
			t.Errorf("level(%d) = %s, want %s", c.got, l, c.want)
		}
	}
}

func TestMemAvailable(t *testing.T) {
	got, err := memAvailable("MemTotal:       24684084 kB\nMemAvailable:    1024 kB\nBuffers: 1 kB\n")
	if err != nil || got != 1<<20 {
		t.Errorf("got %d, %v; want 1 MiB", got, err)
	}
	if _, err := memAvailable("MemTotal: 1 kB\n"); err == nil {
		t.Error("no MemAvailable must be an error, not 0 bytes")
	}
}

func TestFindingKeepsFixForTroubleOnly(t *testing.T) {
	if f := finding("x", LevelOK, "", "", "do this"); f.Fix != "" || !f.OK {
		t.Errorf("an ok finding has a fix: %+v", f)
	}
	if f := finding("x", LevelWarn, "", "", "do this"); f.Fix == "" || !f.OK {
		t.Errorf("a warning must keep its fix and is ok: %+v", f)
	}
	if f := finding("x", LevelFail, "", "", "do this"); f.Fix == "" || f.OK {
		t.Errorf("a failure must keep its fix and is not ok: %+v", f)
	}
}

func TestEveryTroubleHasAFix(t *testing.T) {
	for _, f := range []Finding{checkCapability(), checkCgroup(&Docker{CgroupV1: true}), checkInotify(), checkCPUs(&Docker{CPUs: 1}), checkDisk("disk", t.TempDir()), checkMemory(nil)} {
		if f.Level != LevelOK && f.Fix == "" {
			t.Errorf("%s: %s without a fix", f.Name, f.Level)
		}
		if out, err := exec.Command("sh", "-n", "-c", f.Fix).CombinedOutput(); err != nil {
			t.Errorf("%s: %q is nothing to paste: %v %s", f.Name, f.Fix, err, out)
		}
		if f.Name == "" || f.Got == "" || f.Want == "" {
			t.Errorf("incomplete finding: %+v", f)
		}
	}
	if f := checkCgroup(&Docker{CgroupV1: true}); f.Level != LevelWarn {
		t.Errorf("cgroup v1 is %s, want a warning", f.Level)
	}
}
