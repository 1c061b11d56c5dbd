package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

func TestNeverPlaced(t *testing.T) {
	e := judge.NeverPlaced("Job/batch", 1)
	crowd := func(from, placed string) *historytest.Builder {
		b := calm("pressure/crowd-control-plane", "w1")
		b.State(history.SourcePod, "batch-1", from+" Pending", "uid=u-1 owner=Job/batch")
		if placed != "" {
			b.Without(history.SourcePod, "batch-1").State(history.SourcePod, "batch-1", from+" Pending "+placed+" -", "uid=u-1 owner=Job/batch").
				State(history.SourcePod, "batch-1", placed+" Running", "uid=u-1 owner=Job/batch node=control-plane")
		}
		return b
	}
	judgeAll(t, []judged{
		{"kept off", e, crowd("11s", ""), judge.Pass, "1 pods came, none was given a node"},
		{"placed when the taint was back off", e, crowd("11s", "61s"), judge.Pass, ""},
		{"placed", counts(e), crowd("11s", "12s"), judge.Fail, "counted 1: batch-1 on control-plane at +12.00s"},
		{"came before the deed", e, crowd("5s", ""), judge.Invalid, "0 pods of Job/batch came"},
		{"fewer than were to", judge.NeverPlaced("Job/batch", 2), crowd("11s", ""), judge.Invalid, "1 pods of"},
		{"nobody looked for a while", e, crowd("11s", "").Gap(history.SourcePod, "", "20s..21s"), judge.Invalid, "nobody saw"},
		{"none came", e, calm("pressure/crowd-control-plane", "w1"), judge.Invalid, "0 pods of Job/batch came"},
	})
}
