package judge_test

import (
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// apiless is the API server stopped at 10 s and started at 60 s; pod a's container is
// killed at 20 s and starts again at an instant, by its own log.
func apiless(again, words string) *historytest.Builder {
	const a = historytest.PodA
	b := calm("controlplane/apiserver-stop", "cp").Deed("20s", a)
	b.Without(history.SourceContainer, a+"/web").State(history.SourceContainer, a+"/web", "900ms running", "uid=u-"+a+" restarts=0 containerID=first")
	b.Instant(history.SourceRuntime, "w1", "exit", "20.1s", "containerID=first exitCode=137")
	b.Instant(history.SourceApp, a, history.AppStart, again, "run=2")
	return b.Load(history.LaneFresh, 50, time.Second, words)
}

func TestAPIServerAway(t *testing.T) {
	u, r := judge.TrafficUnharmed(), judge.RestartedWithoutAPI()
	// 50/s from 1 s on: slot 955 is due at 20.1 s.
	const good, around, late = "ok:web-7c-b*3950", "ok:web-7c-b*950 XX*60 ok:web-7c-b*2940", "ok:web-7c-b*1500 XX*5 ok:web-7c-b*2445"
	judgeAll(t, []judged{
		{"nothing lost", u, apiless("21s", good), judge.Pass, "0 of"},
		{"while the container was away", u, apiless("21s", around), judge.Pass, "60 of"},
		{"when it was back", u, apiless("21s", late), judge.Fail, "5 elsewhere"},
		{"nobody was killed", u, calm("controlplane/apiserver-stop", "cp"), judge.Invalid, "no pod whose container was killed"},
		{"started again", r, apiless("21s", good), judge.Pass, "after 900ms"},
		{"too late", r, apiless("25.2s", good), judge.Fail, ""},
		{"after the undo", r, apiless("61s", good), judge.Fail, "after the undo"},
		{"the runtime is silent", r, apiless("21s", good).Without(history.SourceRuntime, ""), judge.Invalid, "saw no container"},
	})
}
