package run

import (
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/suites"
)

// Verdict judges a scenario by the records of its trial and of its twin (nil if
// it has none, or was run without). It is a pure function: the same records give
// the same verdict on any machine at any time.
func Verdict(s suites.Scenario, main, twin *history.History) judge.Trial {
	t := judge.Judge(main, s.Expect)
	t.Name = s.Name // also of a trial that left no record to name it
	if twin != nil && s.Twin != nil {
		red := judge.Judge(twin, []judge.Expectation{s.Twin.Expect})
		t = judge.WithTwin(t, red, s.Twin.Expect.Name(), s.Twin.Without)
	}
	if s.Must.Status != "" {
		t = judge.AsPlanted(t, s.Must.Status, s.Must.Finding)
	}
	return t
}
