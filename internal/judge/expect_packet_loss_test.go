package judge_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// lossy is a loss of 5 % from 10 s to 60 s, with so many of the 2455 slots in it failed.
func lossy(failed int) *historytest.Builder {
	const a = historytest.PodA
	b := calm("network/packet-loss", a)
	b.Instant(history.SourcePackets, a, history.StateDropped, "10.4s", "percent=5 count=2")
	words := fmt.Sprintf("ok:%s*500 tc*%d ok:%s*%d", a, failed, a, 3450-failed)
	return b.Load(history.LaneFresh, 50, time.Second, words).Load(history.LaneReused, 50, time.Second, words)
}

func TestLossAsModelled(t *testing.T) {
	l := judge.LossAsModelled()
	judgeAll(t, []judged{
		{"as many as expected", l, lossy(240), judge.Pass, "5%, fresh: 240 failed; 5%, reused: 240 failed or late"},
		{"too few", l, lossy(100), judge.Fail, ""},
		{"too many", l, lossy(700), judge.Fail, ""},
		{"too short to tell it from none", l, lossy(4).Marks("steady 3s fault 10s recover 12s settled 20s drain 80s").Targets(historytest.PodA), judge.Invalid, "too few to tell"},
		{"nothing was dropped", l, lossy(240).Without(history.SourcePackets, ""), judge.Invalid, "does not say how many"},
	})
}
