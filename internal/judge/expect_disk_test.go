package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// moved is node w1's disk full from 10 s on, its data moved from 20 s to 30 s.
func moved(pressure string) *historytest.Builder {
	b := full("15s", "31s", "40s").Without(history.SourceCondition, "")
	b.Marks("deploy 0s warm 1s steady 3s fault 10s fault 20s..30s recover 90s settled 110s drain 120s")
	b.TargetsOf(0, "w1").TargetsOf(1, "w1")
	return b.State(history.SourceCondition, "w1/DiskPressure", pressure)
}

// grown is what an image of 64 MiB took of both disks.
func grown(newer, older string) *historytest.Builder {
	b := moved("0s False")
	b.State(history.SourceDisk, "w1", "50s "+history.StateNewDisk+" 52s -", "bytes="+newer+" count=67108864")
	return b.State(history.SourceDisk, "w1", "50s "+history.StateOldDisk+" 52s -", "bytes="+older+" count=67108864")
}

func TestMovedDisk(t *testing.T) {
	m, g := judge.MovedForGood(), judge.GrowsApart()
	judgeAll(t, []judged{
		{"while it was moved", m, moved("0s False 15s True 28s False"), judge.Pass, ""},
		{"after it was moved", m, moved("0s False 15s True 40s False"), judge.Pass, ""},
		{"at the upper end", m, moved("0s False 15s True 73s False"), judge.Pass, ""},
		{"too late", m, moved("0s False 15s True 73.1s False"), judge.Fail, ""},
		{"there again", m, moved("0s False 15s True 40s False 60s True 70s False"), judge.Fail, "there again at +60.00s"},
		{"again when it was undone", m, moved("0s False 15s True 40s False 92s True 99s False"), judge.Pass, ""},
		{"until the undo", m, moved("0s False 15s True 95s False"), judge.Fail, "until the undo"},
		{"never full", m, moved("0s False"), judge.Invalid, "not under disk pressure"},
		{"over before", m, moved("0s False 15s True 18s False"), judge.Invalid, "before anything was moved"},
		{"apart", g, grown("140000000", "4096"), judge.Pass, "new disk: 133 MiB, old disk: 0 MiB"},
		{"on the old one", g, grown("0", "140000000"), judge.Fail, "old disk: 133 MiB"},
		{"on both", g, grown("140000000", "70000000"), judge.Fail, "old disk: 66 MiB"},
		{"too little", g, grown("67108863", "0"), judge.Fail, ""},
		{"not measured", g, moved("0s False"), judge.Invalid, "does not tell"},
	})
}
