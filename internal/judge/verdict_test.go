package judge

import (
	"math"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
)

// An answer is an expectation that always says the same.
type answer struct {
	name  string
	judge func(*history.History) Finding
}

func (a answer) Name() string                     { return a.name }
func (a answer) Judge(h *history.History) Finding { return a.judge(h) }
func says(s Status) Expectation                   { return named("downtime", s) }
func named(name string, s Status) Expectation {
	return answer{name, always(Finding{Status: s, Got: "so"})}
}
func always(f Finding) func(*history.History) Finding {
	return func(*history.History) Finding { return f }
}

func TestTheWorstFindingCounts(t *testing.T) {
	nan := math.NaN()
	panics := answer{"panics", func(*history.History) Finding { panic("oh") }}
	for _, tt := range []struct {
		name   string
		expect []Expectation
		want   Status
		reason string
	}{
		{"all pass", []Expectation{says(Pass), named("healed", Pass)}, Pass, ""},
		{"one fails", []Expectation{says(Pass), named("healed", Fail)}, Fail, ""},
		{"FAIL before INVALID", []Expectation{says(Fail), panics}, Fail, ""},
		{"INVALID before SKIPPED", []Expectation{says(Skipped), says(Invalid)}, Invalid, "downtime: so"},
		{"SKIPPED before PASS", []Expectation{says(Pass), named("healed", Skipped)}, Skipped, "healed: so"},
		{"a judge that panics", []Expectation{says(Pass), panics}, Invalid, "panics: the judge panicked: oh"},
		{"a judge without a name", []Expectation{says(Pass), nil}, Invalid, "unnamed: the judge panicked"},
		{"a judge without an answer", []Expectation{answer{"mute", always(Finding{})}}, Invalid, `mute: the judge answered ""`},
		{"a judge with an answer of its own", []Expectation{named("odd", "GREAT")}, Invalid, `odd: the judge answered "GREAT"`},
		{"a figure that is none", []Expectation{answer{"odd", always(Finding{Status: Pass, Measured: &nan})}}, Invalid, "odd: the judge's figure is NaN"},
		{"nothing expected", nil, Invalid, "nothing was expected of it"},
		{"several", []Expectation{named("a", Invalid), named("b", Invalid), named("c", Invalid)}, Invalid, "a: so (also b, c)"},
	} {
		got := Judge(historytest.Web().Build(), tt.expect)
		if got.Status != tt.want || !strings.HasPrefix(got.Reason, tt.reason) || tt.reason == "" && got.Reason != "" {
			t.Errorf("%s: got %s %q, want %s %q", tt.name, got.Status, got.Reason, tt.want, tt.reason)
		}
	}
}

func TestABrokenAssumptionOutweighsAFailure(t *testing.T) {
	h := historytest.Web().Gap(history.SourcePod, "", "12s..13s").Build()
	got := Judge(h, []Expectation{says(Fail)})
	if got.Status != Invalid || !strings.HasPrefix(got.Reason, AssumeWatches+": ") {
		t.Errorf("got %s %q", got.Status, got.Reason)
	}
	if len(those(got.Findings, Fail)) != 1 {
		t.Error("what was found is not shown")
	}
}

func TestAnInvariantFailsATrial(t *testing.T) {
	h := historytest.Web().State(history.SourcePod, "web-7c-x", "12s Running", "owner=ReplicaSet/web-7c hash=7c uid=u-x").
		State(history.SourcePod, "web-7c-y", "12s Running", "owner=ReplicaSet/web-7c hash=7c uid=u-y").Build()
	if got := Judge(h, []Expectation{says(Pass)}); got.Status != Fail {
		t.Errorf("got %s %q", got.Status, got.Reason)
	}
}

func TestATrialTellsFromTheRecordAlone(t *testing.T) {
	got := Judge(historytest.Web().Build(), []Expectation{says(Pass)})
	if got.Name != "selfheal/pod-deleted" || got.Seconds != 30 || got.Lanes["fresh"].Requests != 1350 || got.Lanes["reused"].ResolutionMs != 20 {
		t.Errorf("got %+v", got)
	}
	if got := Judge(nil, []Expectation{says(Pass)}); got.Status != Invalid {
		t.Errorf("no record: got %s", got.Status)
	}
	if got := Judge(&history.History{}, []Expectation{says(Pass)}); got.Status != Invalid {
		t.Errorf("an empty record: got %s", got.Status)
	}
}

func TestTwins(t *testing.T) {
	red := Trial{Status: Fail, Findings: []Finding{{Name: "healed", Status: Fail}, {Name: "downtime", Status: Fail}}}
	elsewhere := Trial{Status: Fail, Findings: []Finding{{Name: "healed", Status: Pass}, {Name: "downtime", Status: Fail}}}
	missed := func(measured ...float64) Trial {
		limit, twin := 1000.0, Trial{Status: Fail}
		for _, m := range measured {
			twin.Findings = append(twin.Findings, Finding{Name: "healed", Status: Fail, Measured: &m, To: &limit})
		}
		return twin
	}
	lost := func(n int) Trial {
		none, twin := 0.0, missed(40)
		twin.Findings[0].To, twin.Findings[0].Count = &none, &n
		return twin
	}
	soon := func(measured float64) Trial {
		from, twin := 1000.0, missed(measured)
		twin.Findings[0].From = &from
		return twin
	}
	for _, tt := range []struct {
		name        string
		trial, twin Trial
		want        Status
		reason      string
		asExpected  bool
	}{
		{"red where it must be", Trial{Status: Pass}, red, Pass, "", true},
		{"a twin that passes", Trial{Status: Pass}, Trial{Status: Pass, Findings: []Finding{{Name: "healed", Status: Pass}}}, Invalid, "twin: PASS", false},
		{"red elsewhere", Trial{Status: Pass}, elsewhere, Invalid, "twin: FAIL elsewhere (downtime), PASS in healed", false},
		{"no such finding", Trial{Status: Pass}, Trial{Status: Fail}, Invalid, "twin: FAIL, but it has no finding healed", false},
		{"red by three times its limit", Trial{Status: Pass}, missed(1100, 3000), Pass, "", true},
		{"red by chance", Trial{Status: Pass}, missed(1100, 2500), Invalid, "twin: FAIL in healed, at 2.5 times its limit: 3 times were needed to tell it from chance", false},
		{"red as it was too quick", Trial{Status: Pass}, missed(10), Pass, "", true},
		{"red by a few lost requests", Trial{Status: Pass}, lost(9), Invalid, "twin: FAIL in healed, by 9 failed requests: 10 were needed to tell it from chance", false},
		{"red by many lost requests", Trial{Status: Pass}, lost(10), Pass, "", true},
		{"too soon by chance", Trial{Status: Pass}, soon(900), Invalid, "twin: FAIL in healed, too soon, by less than a third of its limit: chance may have done it", false},
		{"too soon", Trial{Status: Pass}, soon(300), Pass, "", true},
		{"an invalid twin", Trial{Status: Pass}, Trial{Status: Invalid, Reason: "assume-steady: no", Findings: red.Findings}, Invalid, "twin: INVALID: assume-steady: no", false},
		{"a skipped twin", Trial{Status: Pass}, Skip("x", "needs 3 workers"), Invalid, "twin: SKIPPED: needs 3 workers", false},
		{"a trial that failed stays so", Trial{Status: Fail}, elsewhere, Fail, "", false},
		{"and one that failed with a good twin", Trial{Status: Fail}, red, Fail, "", true},
		{"a trial that is invalid keeps its reason", Trial{Status: Invalid, Reason: "mine"}, elsewhere, Invalid, "mine", false},
		{"a skipped trial stays so", Trial{Status: Skipped, Reason: "mine"}, red, Skipped, "mine", true},
	} {
		got := WithTwin(tt.trial, tt.twin, "healed", "liveness probe")
		if got.Status != tt.want || got.Reason != tt.reason || got.Twin.AsExpected != tt.asExpected || got.Twin.Without != "liveness probe" {
			t.Errorf("%s: got %s %q %+v", tt.name, got.Status, got.Reason, got.Twin)
		}
	}
}

func TestCanaries(t *testing.T) {
	noEffect := Trial{Status: Invalid, Reason: "r", Findings: []Finding{{Name: AssumeFault, Status: Invalid, Got: "nothing seen"}, {Name: AssumeSteady, Status: Pass}}}
	green := WithTwin(Trial{Status: Pass}, Trial{Status: Pass}, "healed", "probe")
	for _, tt := range []struct {
		name    string
		trial   Trial
		must    Status
		finding string
		want    Status
		reason  string
	}{
		{"as planted", noEffect, Invalid, AssumeFault, Pass, "INVALID as planted: assume-fault-seen: nothing seen"},
		{"for another reason", noEffect, Invalid, AssumeSteady, Fail, "INVALID elsewhere (assume-fault-seen), PASS in assume-steady"},
		{"not at all", Trial{Status: Pass, Findings: []Finding{{Name: AssumeFault, Status: Pass}}}, Invalid, AssumeFault, Fail, "PASS"},
		{"otherwise", noEffect, Fail, AssumeFault, Invalid, "INVALID: r"},
		{"a green twin", green, Invalid, FindingTwin, Pass, "INVALID as planted: twin: PASS"},
		{"must fail", Trial{Status: Fail, Findings: []Finding{{Name: "residue", Status: Fail, Got: "a label"}}}, Fail, "residue", Pass, "FAIL as planted: residue: a label"},
		{"fails elsewhere", Trial{Status: Fail, Findings: []Finding{{Name: "healed", Status: Fail}}}, Fail, "residue", Fail, "FAIL, but it has no finding residue"},
		{"must pass", Trial{Status: Pass, Findings: []Finding{{Name: AssumeStalls, Status: Pass, Got: "1 stall"}}}, Pass, AssumeStalls, Pass, "PASS as planted: assume-stalls: 1 stall"},
		{"cannot be hosted", Skip("x", "why"), Invalid, AssumeFault, Skipped, "why"},
	} {
		got := AsPlanted(tt.trial, tt.must, tt.finding)
		if got.Status != tt.want || got.Reason != tt.reason {
			t.Errorf("%s: got %s %q, want %s %q", tt.name, got.Status, got.Reason, tt.want, tt.reason)
		}
		if tt.want != Skipped && (len(got.Findings) != 1 || got.Findings[0].Status != tt.want || got.Planted.AsExpected != (tt.want == Pass) || len(got.Planted.Findings) != len(tt.trial.Findings)) {
			t.Errorf("%s: got %+v", tt.name, got)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	h := historytest.Web().Build()
	for b.Loop() {
		Judge(h, []Expectation{says(Pass)})
	}
}
