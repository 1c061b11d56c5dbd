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
func TestAssumeUndisturbed(t *testing.T) {
	for name, c := range map[string]struct {
		failed []time.Duration
		beside bool
		want   Status
		got    string
	}{
		"nobody beside it":    {nil, false, Pass, "nobody stood beside it"},
		"quiet":               {nil, true, Pass, "none failed while downtime counted; 1250 requests from +2.00s to +31.00s"},
		"disturbed":           {[]time.Duration{12 * time.Second}, true, Invalid, "lane fresh at +12.00s: timeout-first"},
		"before steady":       {[]time.Duration{2500 * time.Millisecond}, true, Pass, "1250 requests"},
		"after the drain":     {[]time.Duration{30500 * time.Millisecond}, true, Pass, "1250 requests"},
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
		if f := assumeUndisturbed(h); f.Status != c.want || !strings.Contains(f.Got, c.got) {
			t.Errorf("%s: %s %q, want %s %q", name, f.Status, f.Got, c.want, c.got)
		}
	}
}

// A witness that was not there vouches for nothing.
func TestAssumeUndisturbedByNobody(t *testing.T) {
	for when, want := range map[string]Status{"9s..12s": Invalid, "0s..2s": Pass, "31s..40s": Pass} {
		h := historytest.Web().Gap(history.SourceWitness, "", when).Build()
		if f := assumeUndisturbed(h); f.Status != want {
			t.Errorf("gap %s: %s %q, want %s", when, f.Status, f.Got, want)
		}
		if f := assumeWatches(h); f.Status != Pass {
			t.Errorf("gap %s: a witness is no watch: %q", when, f.Got)
		}
	}
}
