package judge_test

import (
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// returned is node w2 lost at 10 s, called NotReady at 20 s and Ready again at 62 s,
// with pod c on it, evicted at 26 s and gone at another instant.
func returned(gone string) *historytest.Builder {
	const c = historytest.PodC
	b := dead("20s", "26s", "28s").Without(history.SourcePod, c)
	return b.State(history.SourcePod, c, "1s Running 26s Terminating "+gone+" -", "uid=u-"+c+" node=w2 owner=ReplicaSet/web-7c hash=7c")
}

// Grace 30 s, preStop sleep 2 s: gone at the latest 95 s after its node was Ready again.
func TestGoneOnReturn(t *testing.T) {
	g := judge.GoneOnReturn()
	again := returned("66s")
	relive(again, historytest.PodC, "900ms True 20s False", "900ms ready 20s notready 63s ready 66s -")
	// It left at 20 s; routes have followed 3 s later at the latest.
	answering := func(line string) *historytest.Builder { return returned("66s").Load("fresh", 50, time.Second, line) }
	judgeAll(t, []judged{
		{"in time", g, returned("66s"), judge.Pass, "after 4.00s"},
		{"answered until routes had followed", g, answering("ok:web-7c-c*1050 ok:web-7c-a*2900"), judge.Pass, ""},
		{"answered when it woke", g, answering("ok:web-7c-a*2550 ok:web-7c-c*5 ok:web-7c-a*1395"), judge.Fail, "answered 5 new connections after it had left"},
		{"there at the end, which came early", g, returned("81s"), judge.Invalid, "the record ends"},
		{"there at the end", g, returned("165s").Marks("deploy 0s warm 1s steady 3s fault 10s recover 60s settled 70s drain 160s").Targets("w2"), judge.Fail, "there still"},
		{"served again", g, again, judge.Fail, "an endpoint again"},
		{"not evicted", g, back("62s", "66s", 1), judge.Invalid, "not evicted"},
		{"node never back", g, returned("66s").Without(history.SourceNode, "w2").State(history.SourceNode, "w2", "0s True 20s Unknown"), judge.Invalid, "Ready again"},
	})
}

// back is node w2 lost at 10 s and called NotReady at 20 s, and Ready again at one
// instant; its pod c stays bound to it and is ready again at another.
func back(node, ready string, restarts int) *historytest.Builder {
	const c = historytest.PodC
	b := calm("node/kill", "w2")
	relive(b, c, "900ms True 20s False "+ready+" True", "900ms ready 20s notready "+ready+" ready")
	if restarts > 0 {
		restarted(b, c, "20s", "61s", "reason=Unknown exitCode=255")
	}
	return b.State(history.SourceNode, "w2", "0s True 20s Unknown "+node+" True")
}

func TestBackInPlace(t *testing.T) {
	p := judge.BackInPlace()
	judgeAll(t, []judged{
		{"in time", p, back("62s", "66s", 1), judge.Pass, "1 restarts"},
		{"ready before its node", p, back("62s", "61.5s", 1), judge.Pass, "after 0ms"},
		{"too late", p, back("62s", "79s", 1), judge.Fail, ""},
		{"not ready at the end", p, back("62s", "85s", 1), judge.Fail, "not ready at the end"},
		{"not restarted", p, back("62s", "66s", 0), judge.Fail, "0 restarts, want 1"},
		{"evicted", p, returned("66s"), judge.Fail, "taken away at"},
		{"node never back", p, back("85s", "66s", 1), judge.Invalid, "Ready again"},
	})
}
