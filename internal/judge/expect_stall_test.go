package judge_test

import (
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
