package run_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/file"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/internal/run/runtest"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
	"github.com/seatrial/seatrial/suites/selfheal"
)

func TestVerdict(t *testing.T) {
	planted := selfheal.PodDeleted
	planted.Must = suites.Must{Status: judge.Fail, Finding: "replaced"}
	for name, c := range map[string]struct {
		s          suites.Scenario
		main, twin *history.History
		want       judge.Status
	}{
		"good, and its twin is red":     {selfheal.PodDeleted, runtest.Good(), runtest.Unreplaced(), judge.Pass},
		"good, but its twin is green":   {selfheal.PodDeleted, runtest.Good(), runtest.Good(), judge.Invalid},
		"good, run without its twin":    {selfheal.PodDeleted, runtest.Good(), nil, judge.Pass},
		"bad":                           {selfheal.PodDeleted, runtest.Unreplaced(), runtest.Unreplaced(), judge.Fail},
		"no experiment":                 {selfheal.PodDeleted, runtest.Blind(), runtest.Unreplaced(), judge.Invalid},
		"a canary that ends as it must": {planted, runtest.Unreplaced(), nil, judge.Pass},
		"a canary that does not":        {planted, runtest.Good(), nil, judge.Fail},
		"no record":                     {selfheal.PodDeleted, nil, nil, judge.Invalid},
	} {
		if got := run.Verdict(c.s, c.main, c.twin); got.Status != c.want {
			t.Errorf("%s: %s %s, want %s", name, got.Status, got.Reason, c.want)
		}
	}
}

// Judging again gives the same bytes.
func TestRejudge(t *testing.T) {
	dir := t.TempDir()
	if _, err := runtest.Save(dir, runtest.Good(), runtest.Unreplaced()); err != nil {
		t.Fatal(err)
	}
	again, err := run.Rejudge(dir, catalogue.All(), nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(reports.VerdictPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	if got := judge.Encode(again.Now); !bytes.Equal(got, want) {
		t.Errorf("judged again\n%s\nwas\n%s", got, want)
	}
	var table strings.Builder
	if err := again.Table(&table); err != nil || !strings.Contains(table.String(), "no verdict differs") {
		t.Errorf("%v: %s", err, table.String())
	}
}

// Where the rules have changed it says in what.
func TestRejudgeWithOtherRules(t *testing.T) {
	dir := t.TempDir()
	if _, err := runtest.Save(dir, runtest.Good(), runtest.Unreplaced()); err != nil {
		t.Fatal(err)
	}
	stricter := selfheal.PodDeleted
	stricter.Expect = suites.All(suites.OOMKilled())
	again, err := run.Rejudge(dir, []suites.Scenario{stricter}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	if err := again.Table(&table); err != nil || !strings.Contains(table.String(), "was PASS") || !strings.Contains(table.String(), "oom-killed") {
		t.Errorf("%v: %s", err, table.String())
	}
}

func TestRejudgeWhatCannotBe(t *testing.T) {
	saved := func(t *testing.T) string {
		dir := t.TempDir()
		if _, err := runtest.Save(dir, runtest.Good(), nil); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	for want, spoil := range map[string]func(dir string) error{
		"no such file": func(dir string) error { return os.Remove(reports.VerdictPath(dir)) },
		"verdict.json: line 3": func(dir string) error {
			return os.WriteFile(reports.VerdictPath(dir), []byte("{\n\n\"trials\": x}"), 0o644)
		},
		"no such file or directory": func(dir string) error { return os.RemoveAll(reports.TrialPath(dir, runtest.Scenario)) },
		"history.jsonl.zst": func(dir string) error {
			return os.WriteFile(filepath.Join(reports.TrialPath(dir, runtest.Scenario), file.Name), []byte("no zstd"), 0o644)
		},
	} {
		dir := saved(t)
		if err := spoil(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := run.Rejudge(dir, catalogue.All(), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q in it", err, want)
		}
	}
	twinless := t.TempDir()
	if _, err := runtest.Save(twinless, runtest.Good(), runtest.Unreplaced()); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(reports.TrialPath(twinless, runtest.Scenario+".twin")); err != nil {
		t.Fatal(err)
	}
	if _, err := run.Rejudge(twinless, catalogue.All(), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a twin that is gone: %v", err)
	}
	short := saved(t)
	path := filepath.Join(reports.TrialPath(short, runtest.Scenario), file.Name)
	if whole, err := os.ReadFile(path); err != nil || os.WriteFile(path, whole[:len(whole)/2], 0o644) != nil {
		t.Fatal(err)
	}
	torn := (*file.Torn)(nil)
	if _, err := run.Rejudge(short, catalogue.All(), nil); !errors.As(err, &torn) {
		t.Errorf("a record that has lost its end: %v", err)
	}
	if _, err := run.Rejudge(saved(t), nil, nil); err == nil || !strings.Contains(err.Error(), "no such scenario any more") {
		t.Errorf("a scenario that is gone: %v", err)
	}
}
