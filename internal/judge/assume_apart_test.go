package judge

import (
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
)

// What fails in a quiet app beside the trial makes the trial INVALID, while
// downtime counts and not before or after.
func TestAssumeApart(t *testing.T) {
	for name, c := range map[string]struct {
		failed []time.Duration
		beside bool
		want   Status
		got    string
	}{
		"nobody beside it":    {nil, false, Pass, "nobody stood beside it"},
		"quiet":               {nil, true, Pass, "0 of 1250 requests failed from +2.00s to +31.00s"},
		"disturbed":           {[]time.Duration{12 * time.Second}, true, Invalid, "lane fresh at +12.00s: timeout-first"},
		"before steady":       {[]time.Duration{2500 * time.Millisecond}, true, Pass, "0 of 1250"},
		"after the drain":     {[]time.Duration{30500 * time.Millisecond}, true, Pass, "0 of 1250"},
		"more than are named": {[]time.Duration{11 * time.Second, 12 * time.Second, 13 * time.Second, 14 * time.Second}, true, Invalid, "and 1 more"},
	} {
		h := historytest.Web().Build()
		if c.beside {
			h.Intervals = append(h.Intervals, history.Interval{Source: history.SourceWitness, State: history.StateAsked,
				From: 2 * time.Second, To: 31 * time.Second, Attrs: history.Attrs{history.AttrRequests: "1250"}})
		}
		for _, at := range c.failed {
			h.Intervals = append(h.Intervals, history.Interval{Source: history.SourceWitness, Subject: history.LaneFresh,
				State: string(history.ClassTimeoutFirst), From: at, To: at})
		}
		if f := assumeApart(h); f.Status != c.want || !strings.Contains(f.Got, c.got) {
			t.Errorf("%s: %s %q, want %s %q", name, f.Status, f.Got, c.want, c.got)
		}
	}
}
