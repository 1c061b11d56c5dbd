package reports

import (
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/measure"
)

// sampleMeasure is a deploy that was down for 1.2 s in all on lane fresh.
func sampleMeasure() measure.Result {
	spread := measure.Spread{Count: 900, Mean: 0.6, P50: 0.5, P90: 0.9, P99: 2.25, P999: 11, Max: 1250}
	r := measure.Result{
		StartedAt: time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC), Verdict: judge.Fail, Reason: "lane fresh was down for 1220 ms in all, at most 200ms was allowed",
		URL: "http://127.0.0.1:30080/", DurationMs: 20_000, MaxMs: new(200.0), SpanMs: 250,
		Lanes: map[string]judge.Lane{"fresh": {Requests: 2000, Errors: 122, Skipped: 3, TotalMs: 1220, LongestMs: 1200, ResolutionMs: 10, Windows: []judge.Window{
			{FromMs: 5000, ToMs: 6200, UncertaintyMs: 10, Classes: map[string]int{"refused": 100, "reset": 20}, Slots: 120, Failed: 120},
			{FromMs: 9000, ToMs: 9020, UncertaintyMs: 30, Classes: map[string]int{"timeout-first": 2}, Slots: 2, Failed: 2, ServedAnew: 1, Stalled: true},
		}}, "reused": {Requests: 2000, ResolutionMs: 10, Windows: []judge.Window{}}},
		Latency: map[string]measure.Latency{"fresh": {Corrected: spread, Uncorrected: spread}, "reused": {}},
		Tester:  measure.Tester{Stalls: []measure.Stall{{FromMs: 9000, ToMs: 9042, What: "stall"}}, LatenessP99Ms: 0.21, Skipped: 3, Why: map[string]int{"skipped:stall": 3}, Achieved: 199.8},
		Command: &measure.Command{Line: []string{"./deploy.sh", "<v2>"}, FromMs: 4000, ToMs: 10_000, Ran: true, Output: "done\n"},
	}
	for i := range 80 {
		s := measure.Span{Good: 50, Longest: 2}
		if i >= 20 && i < 25 {
			s = measure.Span{Good: 25, Failed: 25, Longest: 3}
		}
		r.Spans = append(r.Spans, s)
	}
	return r
}

func TestMeasureTable(t *testing.T) {
	golden(t, "measure.golden.txt", printed(t, MeasureTable(sampleMeasure(), TerminalOptions{NoColor: true})))
}

func TestMeasureTableOfAgents(t *testing.T) {
	r := sampleMeasure()
	r.Tester.Clocks = []measure.Clock{{Agent: "a", Node: "w1", ErrorMs: 0.4}, {Agent: "b", Node: "w2", ErrorMs: 1.25}}
	if text := string(printed(t, MeasureTable(r, TerminalOptions{NoColor: true}))); !strings.Contains(text, "; 2 agents, the clocks known to 1.25 ms\n") {
		t.Error(text)
	}
}

// What was over before the command is told as such, and is not in the outcome.
func TestMeasureTellsWhatWasBefore(t *testing.T) {
	r := sampleMeasure()
	r.Verdict, r.Reason, r.MaxMs, r.Command.FromMs = judge.Pass, "", nil, 6200
	text := string(printed(t, MeasureTable(r, TerminalOptions{NoColor: true})))
	for _, want := range []string{"refused 100, reset 20; before the command, not counted as its downtime\n", "PASS    20 ms of downtime at most on a lane since the command began, in 20.00 s\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	r.Tester.Ousted = 7
	if text := string(printed(t, MeasureTable(r, TerminalOptions{NoColor: true}))); !strings.Contains(text, "busy for 7 requests, which opened others: --connections takes more") {
		t.Error(text)
	}
}

// What stands between the meter and its target is told, and for how long nobody looked.
func TestMeasureTellsOfTheWayIn(t *testing.T) {
	r := sampleMeasure()
	r.WayIn, r.Tester.BlindMs = &measure.WayIn{Program: "docker-proxy", Hides: []string{"refused", "unreachable"}}, 5200
	const says = "docker-proxy accepts all connections itself: refused, unreachable behind it show as resets or time-outs"
	for what, text := range map[string]string{
		"table": string(printed(t, MeasureTable(r, TerminalOptions{NoColor: true}))), "page": string(must[[]byte](t)(MeasureHTML(r))),
	} {
		for _, want := range []string{says, "for 5.20 s in all nobody looked"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", what, want, text)
			}
		}
	}
}

func TestMeasureLine(t *testing.T) {
	got := MeasureLine(measure.Now{Phase: "command", Elapsed: 4200 * time.Millisecond, Requests: 840, Errors: 12, Outage: 120 * time.Millisecond})
	if want := "command  4.2s  840 requests  12 errors  OUTAGE for 120 ms"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestMeasureHTML(t *testing.T) {
	page, err := MeasureHTML(sampleMeasure())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"lane fresh was down for 1220 ms", "./deploy.sh &lt;v2&gt;", `data-from-ms="5000"`, "No outage: none of 2000 requests failed"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(string(page), "<v2>") {
		t.Error("the command line is not escaped")
	}
}

// The outage is in the picture where it was in time, and nothing is wider than the window.
func TestMeasurePageInABrowser(t *testing.T) {
	page, err := MeasureHTML(sampleMeasure())
	if err != nil {
		t.Fatal(err)
	}
	b := open(t)
	for _, width := range []int64{1400, 390} {
		b.show(page, width)
		b.fits()
		var at []float64
		b.eval(&at, `((o) => { const s = o.closest("svg").getBoundingClientRect(), r = o.getBoundingClientRect(); return [(r.left - s.left) / s.width, r.width / s.width]; })(document.querySelector("[data-from-ms='5000']"))`)
		if at[0] < 0.245 || at[0] > 0.255 || at[1] < 0.055 || at[1] > 0.065 {
			t.Errorf("%d px: the outage from 5.0 to 6.2 of 20 s is drawn at %.3f, %.3f wide", width, at[0], at[1])
		}
	}
	b.quiet()
}
