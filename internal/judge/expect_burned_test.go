package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

func TestBurned(t *testing.T) {
	e := judge.Burned("Job/batch", 1)
	batch := func(states, millis string) *historytest.Builder {
		b := calm("pressure/batch-job", "batch").State(history.SourcePod, "batch-1", states, "uid=u-1 owner=Job/batch node=w1")
		if millis != "" {
			b.Instant(history.SourceCPU, "batch-1", history.StateBurning, "12s", "ms="+millis)
		}
		return b
	}
	judgeAll(t, []judged{
		{"to the undo", e, batch("10.5s Running 60.5s Terminating 62s -", "900"), judge.Pass, "1 pods did"},
		{"not to the undo", e, batch("10.5s Running 30s Succeeded", "900"), judge.Fail, "batch-1 ended at +30.00s"},
		{"nobody counted", e, batch("10.5s Running", ""), judge.Invalid, "0 pods of Job/batch"},
		{"it had nothing", e, batch("10.5s Pending", "0"), judge.Invalid, "0 pods of Job/batch"},
		{"fewer than were to", judge.Burned("Job/batch", 2), batch("10.5s Running", "900"), judge.Invalid, "2 were to"},
		{"another's", judge.Burned("Job/other", 1), batch("10.5s Running", "900"), judge.Invalid, "0 pods of Job/other"},
	})
}
