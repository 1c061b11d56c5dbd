package judge

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestExitCodes(t *testing.T) {
	trials := func(all ...Status) []Trial {
		var list []Trial
		for i, s := range all {
			list = append(list, Trial{Name: "topic/" + string(rune('a'+i)), Status: s})
		}
		return list
	}
	for _, tt := range []struct {
		name   string
		trials []Trial
		notRun []string
		allow  []string
		status Status
		code   int
	}{
		{"all pass", trials(Pass, Pass), nil, nil, Pass, 0},
		{"one failed", trials(Pass, Fail), nil, nil, Fail, 1},
		{"FAIL before INVALID", trials(Invalid, Fail, Skipped), []string{"x"}, nil, Fail, 1},
		{"one invalid", trials(Pass, Invalid), nil, nil, Invalid, 2},
		{"a status that is none", trials(Pass, "GREAT"), nil, nil, Invalid, 2},
		{"an empty status", trials(Pass, ""), nil, nil, Invalid, 2},
		{"one skipped", trials(Pass, Skipped), nil, nil, Skipped, 2},
		{"one skipped, allowed", trials(Pass, Skipped), nil, []string{"topic/b"}, Pass, 0},
		{"one skipped, allowed by pattern", trials(Pass, Skipped), nil, []string{"topic/*"}, Pass, 0},
		{"one skipped, another allowed", trials(Pass, Skipped), nil, []string{"topic/a"}, Skipped, 2},
		{"a pattern that is none allows nothing", trials(Pass, Skipped), nil, []string{"[", ""}, Skipped, 2},
		{"all skipped, allowed: nothing was proven", trials(Skipped), nil, []string{"topic/a"}, Skipped, 2},
		{"one not run", trials(Pass), []string{"topic/z"}, nil, Invalid, 2},
		{"not run cannot be allowed", trials(Pass), []string{"topic/z"}, []string{"topic/z"}, Invalid, 2},
		{"nothing judged", nil, nil, nil, Invalid, 2},
	} {
		r := NewRun(tt.trials, tt.notRun, tt.allow)
		if code := ExitCode(r, tt.allow); r.Status != tt.status || code != tt.code {
			t.Errorf("%s: got %s, exit %d, want %s, exit %d", tt.name, r.Status, code, tt.status, tt.code)
		}
	}
}

// Nothing is believed beside a null run that found something.
func TestNullRun(t *testing.T) {
	a := func(name string, status Status) Trial { return Trial{Name: name, Status: status} }
	for _, tt := range []struct {
		name   string
		trials []Trial
		want   string
		code   int
	}{
		{"it passed", []Trial{a(NullRun, Pass), a("x/a", Pass)}, "PASS PASS", 0},
		{"it failed", []Trial{a("x/a", Pass), a(NullRun, Fail), a("x/b", Fail), a("x/c", Skipped)}, "INVALID FAIL INVALID SKIPPED", 1},
		{"it was none", []Trial{a(NullRun, Invalid), a("x/a", Fail)}, "INVALID INVALID", 2},
		{"it was not run", []Trial{a("x/a", Pass)}, "PASS", 0},
	} {
		r := NewRun(tt.trials, nil, []string{"x/c"})
		var got []string
		for _, trial := range r.Trials {
			got = append(got, string(trial.Status))
			if doubted := slices.ContainsFunc(trial.Findings, func(f Finding) bool { return f.Name == "assume-null-run" }); doubted != strings.Contains(trial.Reason, NullRun) {
				t.Errorf("%s: %+v", tt.name, trial)
			}
		}
		if code := ExitCode(r, []string{"x/c"}); strings.Join(got, " ") != tt.want || code != tt.code {
			t.Errorf("%s: %v, exit %d, want %s, exit %d", tt.name, got, code, tt.want, tt.code)
		}
		if tt.trials[0].Findings != nil {
			t.Errorf("%s: what was given was changed", tt.name)
		}
	}
}

// plain takes the invariants out: their words are the model's.
func plain(t Trial) Trial {
	t.Findings = slices.DeleteFunc(t.Findings, func(f Finding) bool { return strings.HasPrefix(f.Name, "invariant-") })
	return t
}

// sample is a run with a bit of everything.
func sample() Run {
	lossy := historytest.Web().
		Load(history.LaneFresh, 50, time.Second, before+" XX*3 rst ok:web-7c-b,web-7c-c*10 to -- ok:web-7c-b,web-7c-c*85 "+after).Build()
	figure, limit := 80.04, 3000.0
	expect := answer{"downtime", always(Finding{Status: Pass, Want: "<= 3s", Got: "0.08s", LimitFrom: "model", Measured: &figure, To: &limit})}
	twin := plain(Judge(historytest.Web().Build(), []Expectation{named("healed", Fail)}))
	trial := WithTwin(plain(Judge(lossy, []Expectation{expect, named("healed", Pass)})), twin, "healed", "liveness probe")
	canary := plain(Judge(historytest.Web().Targets(historytest.PodC).Build(), []Expectation{says(Pass)}))
	canary.Name = "canary/no-op-fault"
	return NewRun([]Trial{trial, AsPlanted(canary, Invalid, AssumeFault), Skip("nodes/zone-lost", "needs 4 workers, has 3")}, []string{"nodes/node-killed"}, nil)
}

func TestVerdictIsAlwaysTheSameBytes(t *testing.T) {
	golden := filepath.Join("testdata", "verdict.golden.json")
	got := Encode(sample())
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if got := Encode(sample()); !bytes.Equal(got, want) {
			t.Fatalf("not as in %s (go test -update, if it should be so):\n%s", golden, got)
		}
	}
	var again Run
	if err := json.Unmarshal(want, &again); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(Encode(again), want) {
		t.Error("read and written again it is not the same")
	}
}

func TestEncodeHasNoNullsAndNoStrangeFigures(t *testing.T) {
	nan := math.Inf(1)
	text := string(Encode(Run{Trials: []Trial{{Seconds: math.NaN(), Findings: []Finding{{Measured: &nan}},
		Lanes: map[string]Lane{"fresh": {TotalMs: -0.01, Windows: []Window{{}}}}, Twin: &Twin{}}, {}}}))
	for _, bad := range []string{"null", "NaN", "Inf", "-0"} {
		if strings.Contains(text, bad) {
			t.Errorf("%s in %s", bad, text)
		}
	}
	if one := string(EncodeTrial(Trial{Name: "a/b", Status: Pass})); !strings.Contains(one, `"findings": []`) || !strings.Contains(one, `"lanes": {}`) {
		t.Errorf("got %s", one)
	}
}
