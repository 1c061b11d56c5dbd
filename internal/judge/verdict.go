package judge

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// Judge gives the verdict on one trial. The assumptions come first: if one is
// broken the trial is INVALID whatever was found, because the findings are about
// another experiment than the one that we claim; they are shown all the same.
// Then the worst finding counts: FAIL, then INVALID (a judge that panicked), then
// SKIPPED, then PASS. A trial of which nothing was expected is INVALID too.
func Judge(h *history.History, expect []Expectation) Trial {
	t := Trial{Findings: []Finding{}, Lanes: map[string]Lane{}}
	if h == nil {
		t.Status, t.Reason = Invalid, "there is no record"
		return t
	}
	t.Name, t.Seconds, t.Lanes = h.Meta.Scenario, seconds(h), Lanes(h)
	for name, l := range t.Lanes {
		l.Phases = Phases(h, name)
		t.Lanes[name] = l
	}
	doubts := Assumptions(h)
	found := make([]Finding, 0, len(expect))
	for _, e := range expect {
		found = append(found, asked(e, h))
	}
	found = append(found, Invariants(h)...)
	t.Findings = slices.Concat(doubts, found)
	switch broken := those(doubts, Invalid); {
	case len(broken) > 0:
		t.Status, t.Reason = Invalid, reason(broken)
	case len(expect) == 0:
		t.Status, t.Reason = Invalid, "nothing was expected of it"
	default:
		t.Status = outcome(found)
		if t.Status == Invalid || t.Status == Skipped {
			t.Reason = reason(those(found, t.Status))
		}
	}
	return t
}

// Skip is the verdict on a trial that its place cannot host, and why.
func Skip(name, why string) Trial {
	return Trial{Name: name, Status: Skipped, Reason: why, Findings: []Finding{}, Lanes: map[string]Lane{}}
}

// outcome is the status that counts: FAIL > INVALID > SKIPPED > PASS.
func outcome(findings []Finding) Status {
	for _, status := range []Status{Fail, Invalid, Skipped} {
		if len(those(findings, status)) > 0 {
			return status
		}
	}
	return Pass
}

func those(findings []Finding, status Status) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Status != status })
}

// reason is one line: the first finding, and the names of the others.
func reason(findings []Finding) string {
	line := findings[0].Name + ": " + oneLine(findings[0].Got)
	if len(findings) == 1 {
		return line
	}
	var others []string
	for _, f := range findings[1:] {
		others = append(others, f.Name)
	}
	return line + " (also " + strings.Join(others, ", ") + ")"
}

// asked asks an expectation. It may be anybody's code: one without a name, one
// that panics and one that is nil are INVALID.
func asked(e Expectation, h *history.History) Finding {
	name := "unnamed"
	named := guarded(name, func() Finding { name = e.Name(); return sound("a name", name) })
	if named.Status != Pass {
		return named
	}
	return guarded(name, func() Finding { return e.Judge(h) })
}

// guarded runs a judge. A panic, an unknown status and figures that are none are
// INVALID, never PASS.
func guarded(name string, judge func() Finding) (f Finding) {
	defer func() {
		if p := recover(); p != nil {
			f = Finding{Name: name, Status: Invalid, Want: "a judgement", Got: fmt.Sprintf("the judge panicked: %v", p)}
		}
		f.Name = name
	}()
	return sane(judge())
}

func sane(f Finding) Finding {
	if !slices.Contains([]Status{Pass, Fail, Invalid, Skipped}, f.Status) {
		f.Got = fmt.Sprintf("the judge answered %q: %s", f.Status, f.Got)
		f.Status = Invalid
	}
	for _, figure := range []**float64{&f.Measured, &f.From, &f.To} {
		if *figure != nil && (math.IsNaN(**figure) || math.IsInf(**figure, 0)) {
			f.Got = fmt.Sprintf("the judge's figure is %g: %s", **figure, f.Got)
			f.Status, *figure = Invalid, nil
		}
	}
	return f
}

// seconds is how long the trial took by its record: until its last mark.
func seconds(h *history.History) float64 {
	var last time.Duration
	for _, m := range h.Marks {
		last = max(last, m.Latest)
	}
	return round(last.Seconds(), 1000)
}
