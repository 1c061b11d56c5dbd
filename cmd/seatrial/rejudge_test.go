package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/run/runtest"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites"
)

// Judged again a run has the same verdict, bytes and exit code.
func TestRejudge(t *testing.T) {
	for name, c := range map[string]struct {
		main, twin *history.History
		code       int
	}{
		"pass":          {runtest.Good(), runtest.Unreplaced(), 0},
		"fail":          {runtest.Unreplaced(), runtest.Unreplaced(), 1},
		"invalid":       {runtest.Blind(), runtest.Unreplaced(), 2},
		"twin is green": {runtest.Good(), runtest.Good(), 2},
	} {
		dir := t.TempDir()
		if _, err := runtest.Save(dir, c.main, c.twin); err != nil {
			t.Fatal(err)
		}
		before := filesUnder(t, dir)
		pages := []string{"report.html", "trials/" + runtest.Scenario + "/report.html"}
		for _, page := range pages {
			if err := os.WriteFile(filepath.Join(dir, page), []byte("of yesterday"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got := seatrial(t, "rejudge", dir, "--write")
		if got.code != c.code || !strings.Contains(got.out, "no verdict differs") || got.errOut != "" {
			t.Errorf("%s: code %d, want %d: %s%s", name, got.code, c.code, got.out, got.errOut)
		}
		for file, after := range filesUnder(t, dir) {
			if after != before[file] {
				t.Errorf("%s: %s is not the same:\n%s\nwas\n%s", name, file, after, before[file])
			}
		}
		if got := seatrial(t, "rejudge", dir, "-o", "json"); got.out != before["verdict.json"] {
			t.Errorf("%s: it prints\n%s\nand verdict.json is\n%s", name, got.out, before["verdict.json"])
		}
	}
}

// Where one trial cannot be judged any more, nothing of the others is written over.
func TestRejudgeWritesAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	then, err := runtest.Save(dir, runtest.Good(), runtest.Unreplaced())
	if err != nil {
		t.Fatal(err)
	}
	lost := then.Trials[0]
	lost.Name = "probes/deadlock"
	then.Trials = append(then.Trials, lost)
	for path, text := range map[string][]byte{
		reports.VerdictPath(dir): judge.Encode(then),
		filepath.Join(reports.TrialPath(dir, runtest.Scenario), "report.html"): []byte("of yesterday"),
	} {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	before := filesUnder(t, dir)
	if got := seatrial(t, "rejudge", dir, "--write"); got.code != 3 || !strings.Contains(got.errOut, "no such file") {
		t.Errorf("code %d: %s%s", got.code, got.out, got.errOut)
	}
	if after := filesUnder(t, dir); !maps.Equal(before, after) {
		t.Error("files were written")
	}
}

// filesUnder reads all files of a folder, by their paths within it.
func filesUnder(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		all[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Whatever a run directory may hold can be judged again, what inject left too.
func TestJudged(t *testing.T) {
	for _, name := range []string{"probes/deadlock", "inject/node-kill"} {
		if !slices.ContainsFunc(judged(), func(s suites.Scenario) bool { return s.Name == name }) {
			t.Errorf("nobody knows %s", name)
		}
	}
}
