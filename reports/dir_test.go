package reports

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/judge"
)

func TestDirHoldsTheRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	d := must[*Dir](t)(NewDir(path, sampleInfo()))
	if err := d.SetCluster("fast", "uid-1", "v1.37.1"); err != nil {
		t.Fatal(err)
	}
	v, main, twin := deadlockTrial()
	r := judge.NewRun([]judge.Trial{v}, nil, nil)
	if err := d.WriteTrial(v, main, twin); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(r); err != nil {
		t.Fatal(err)
	}
	if err := d.Finish(r, sampleInfo().Start.Add(2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{runFile, verdictFile, junitFile, summaryFile, htmlFile, "trials/probes/deadlock/" + verdictFile, "trials/probes/deadlock/" + htmlFile} {
		if text, err := os.ReadFile(filepath.Join(path, name)); err != nil || len(text) == 0 {
			t.Errorf("%s: %d bytes, %v", name, len(text), err)
		}
	}
	var info Info
	if err := readJSON(filepath.Join(path, runFile), &info); err != nil {
		t.Fatal(err)
	}
	if info.SchemaVersion != 1 || info.Version != "v1.37.1" || info.Clusters["fast"] != "uid-1" || info.Seconds != 120 || info.TrialSeconds != 60 || !strings.HasPrefix(info.ToolDigest, "sha256:") {
		t.Errorf("run.json says %+v", info)
	}
	read := must[judge.Run](t)(ReadVerdict(path))
	if !bytes.Equal(judge.Encode(read), judge.Encode(r)) {
		t.Error("verdict.json does not read back as it was written")
	}
	if drafts, _ := filepath.Glob(filepath.Join(path, "*.new")); len(drafts) > 0 {
		t.Errorf("left behind: %v", drafts)
	}
}

// The page of the run links to the pages of the trials, and they link back.
func TestPagesFindEachOther(t *testing.T) {
	path := t.TempDir()
	d := must[*Dir](t)(NewDir(path, sampleInfo()))
	v, main, twin := deadlockTrial()
	if err := d.WriteTrial(v, main, twin); err != nil {
		t.Fatal(err)
	}
	if err := d.Finish(judge.NewRun([]judge.Trial{v}, nil, nil), sampleInfo().Start); err != nil {
		t.Fatal(err)
	}
	there := "trials/probes/deadlock/report.html"
	if page := must[[]byte](t)(os.ReadFile(filepath.Join(path, htmlFile))); !bytes.Contains(page, []byte(`href="`+there+`"`)) {
		t.Error("the run's page does not link to the trial's")
	}
	back := filepath.Join(path, filepath.Dir(there), "../../../report.html")
	if _, err := os.Stat(back); err != nil {
		t.Errorf("the trial's link back leads nowhere: %v", err)
	}
}

func TestNewDirMixesNothing(t *testing.T) {
	path := t.TempDir()
	must[*Dir](t)(NewDir(path, Info{}))
	if _, err := NewDir(path, Info{}); err == nil || !strings.Contains(err.Error(), "--out") {
		t.Errorf("a second run in the same directory: %v", err)
	}
}

func TestReadSaysWhere(t *testing.T) {
	path := t.TempDir()
	for text, want := range map[string]string{"{\n \"status\": 3}": "line 2", "{\n\n x": "line 3", `{"schemaVersion": 2}`: "schemaVersion is 2"} {
		if err := os.WriteFile(VerdictPath(path), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadVerdict(path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), verdictFile) {
			t.Errorf("%q: %v, want %s of the file", text, err, want)
		}
	}
}

func TestCompare(t *testing.T) {
	dirs := []string{t.TempDir(), t.TempDir()}
	before, after := sampleRun(), sampleRun()
	after.Trials = after.Trials[:2]
	after.Trials[1].Status, after.Trials[1].Findings[0].Status = judge.Pass, judge.Pass
	*after.Trials[0].Findings[0].Measured = 2800
	after.Trials = append(after.Trials, judge.Trial{Name: "selfheal/oom-killed", Status: judge.Pass})
	for n, r := range []judge.Run{before, after} {
		if err := os.WriteFile(VerdictPath(dirs[n]), judge.Encode(r), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rows := must[[]Row](t)(Compare(dirs[0], dirs[1]))
	var table bytes.Buffer
	if err := CompareTable(&table, rows); err != nil {
		t.Fatal(err)
	}
	golden(t, "compare.golden.txt", table.Bytes())
	text := must[[]byte](t)(json.MarshalIndent(rows, "", "  "))
	golden(t, "compare.golden.json", append(text, '\n'))
	same := must[[]Row](t)(Compare(dirs[0], dirs[0]))
	for _, r := range same {
		if r.Changed {
			t.Errorf("a run differs from itself in %s %s", r.Scenario, r.Finding)
		}
	}
	if _, err := Compare(dirs[0], t.TempDir()); err == nil {
		t.Error("an empty directory compares")
	}
}
