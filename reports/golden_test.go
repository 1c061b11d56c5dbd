package reports

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/judge"
)

var update = flag.Bool("update", false, "write testdata anew")

// golden compares with testdata/name: what CI systems and scripts read must not
// change by accident.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test ./reports -update writes it anew):\n%s", path, got)
	}
}

// sampleRun has one scenario of each verdict.
func sampleRun() judge.Run {
	figure := func(ms float64) *float64 { return &ms }
	pass := judge.WithTwin(
		judge.Trial{Name: "probes/deadlock", Status: judge.Pass, Seconds: 41.25, Findings: []judge.Finding{
			{Name: "downtime", Status: judge.Pass, Want: "outage 1.0s..4.0s", Got: "3.40s", LimitFrom: "livenessProbe", Measured: figure(3400), From: figure(1000), To: figure(4000)},
			{Name: "healed", Status: judge.Pass, Want: "3 pods ready", Got: "3 of 3"},
		}, Lanes: map[string]judge.Lane{"fresh": {Requests: 900, Errors: 92, TotalMs: 1840, LongestMs: 1200, ResolutionMs: 20, Windows: []judge.Window{}, Phases: []judge.Phase{
			{Name: "until liveness failure 2", Ms: 1020, From: "liveness probe 1 in the log of web-1", To: "liveness probe 2 in the log of web-1"},
			{Name: "grace period", Ms: 410, From: "SIGTERM in the log of web-1", To: "container exit of web-1 (the node's runtime)"},
			{Name: judge.Unexplained, Ms: 410, From: "container exit of web-1 (the node's runtime)"},
		}}}},
		judge.Trial{Name: "probes/deadlock", Status: judge.Fail, Seconds: 30, Findings: []judge.Finding{{Name: "healed", Status: judge.Fail, Want: "3 pods ready", Got: "2 of 3"}}},
		"healed", "liveness probe")
	return judge.NewRun([]judge.Trial{
		pass,
		{Name: "rollout/bad-image", Status: judge.Fail, Seconds: 12, Findings: []judge.Finding{
			{Name: "no-loss", Status: judge.Fail, Want: "nothing lost", Got: "12 of 900 failed | refused <12>", Measured: figure(20), From: figure(0), To: figure(0)},
			{Name: "healed", Status: judge.Pass, Want: "3 pods ready", Got: "3 of 3"},
		}},
		{Name: "rollout/blue-green", Status: judge.Invalid, Seconds: 3, Reason: "assume-load-rate: 41 of 50/s", Findings: []judge.Finding{
			{Name: "assume-load-rate", Status: judge.Invalid, Want: "at least 99%", Got: "41 of 50/s"}}},
		judge.Skip("nodes/node-killed", "needs 2 workers, has 1"),
	}, []string{"selfheal/oom-killed"}, nil)
}

func sampleInfo() Info {
	return Info{RunID: "ab12cd", Seed: 7431, Version: "v1.36.3", Tool: "seatrial test", ToolDigest: "sha256:00", CommandLine: "seatrial run --tier smoke --seed 7431",
		Start: time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC), Seconds: 90, TrialSeconds: 86.25}
}
