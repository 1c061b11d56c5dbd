package judge_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
)

func TestStallFlagged(t *testing.T) {
	e := judge.StallFlagged(500 * time.Millisecond)
	judgeAll(t, []judged{
		{"as long as it was", e, calm("").Gap(history.SourceLoad, "", "12s..12.5s"), judge.Pass, "took 500ms, at +12.00s"},
		{"but for a send", e, calm("").Gap(history.SourceLoad, "", "12s..12.481s"), judge.Pass, ""},
		{"another one, a short one", e, calm("").Gap(history.SourceLoad, "", "12s..12.1s"), judge.Fail, "took 100ms"},
		{"before anything was measured", e, calm("").Gap(history.SourceLoad, "", "1.5s..2.1s"), judge.Fail, "took 0ms"},
		{"a gap of somebody else", e, calm("").Gap(history.SourcePod, "", "12s..12.5s"), judge.Fail, "took 0ms"},
	})
}

// A request that was tried twice is told, whichever way it is known.
func TestNoRetries(t *testing.T) {
	e := judge.NoRetries()
	spoilt := func(n int, how func(*history.Sample)) judge.Finding {
		h := built(calm(""))
		h.Samples = slices.Clone(h.Samples)
		for i := range n {
			how(&h.Samples[7*i])
		}
		return e.Judge(h)
	}
	attempts := func(x *history.Sample) { x.Attempts = 2 }
	for name, c := range map[string]struct {
		n    int
		how  func(*history.Sample)
		want judge.Status
		got  string
	}{
		"none":         {0, attempts, judge.Pass, "0 of 7900 requests"},
		"two attempts": {1, attempts, judge.Fail, "1 of 7900 requests tried again unseen"},
		"as they said": {3, func(x *history.Sample) { x.Class = history.ClassRetried }, judge.Fail, "3 of 7900"},
		"never sent":   {1, func(x *history.Sample) { x.Class, x.Attempts = history.ClassStall, 2 }, judge.Pass, "0 of 7899"},
	} {
		if f := spoilt(c.n, c.how); f.Status != c.want || !strings.Contains(f.Got, c.got) {
			t.Errorf("%s: %s %q, want %s %q", name, f.Status, f.Got, c.want, c.got)
		}
	}
}
