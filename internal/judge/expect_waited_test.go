package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// runtimeless is a node's runtime stopped at 10 s and started at 60 s; pod a's container is
// killed at 20 s and starts again at an instant, by its own log.
func runtimeless(again string) *historytest.Builder {
	const a = historytest.PodA
	b := calm("node/containerd-stop", "w1").Deed("20s", a)
	b.Instant(history.SourceApp, a, history.AppStart, "1s", "run=1")
	return b.Instant(history.SourceApp, a, history.AppStart, again, "run=2")
}

func TestRestartWaited(t *testing.T) {
	w := judge.RestartWaited()
	judgeAll(t, []judged{
		{"once it is back", w, runtimeless("66s"), judge.Pass, "after 6.00s"},
		{"before", w, runtimeless("59s"), judge.Fail, "before the undo"},
		{"too late", w, runtimeless("78.7s"), judge.Fail, ""},
		{"never", w, runtimeless("81s"), judge.Fail, "never started again"},
		{"no log", w, runtimeless("66s").Without(history.SourceApp, ""), judge.Invalid, "does not say when it started"},
		{"nobody was killed", w, calm("node/containerd-stop", "w1"), judge.Invalid, "no pod whose container was killed"},
	})
}

// A pod that tolerates the loss of its node for ever stays, and need not be gone; another
// app's is no endpoint that could leave.
func TestWhoStays(t *testing.T) {
	beside := func(tolerations string) *historytest.Builder {
		b := dead("20s", "26s", "28s").Apply(`{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"trial"},"spec":{"selector":{"app":"web"}}}`)
		b.Apply(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"companion","namespace":"trial"},
"spec":{"nodeName":"w2","containers":[{"name":"web","image":"web:1"}],"tolerations":[` + tolerations + `]}}`)
		b.State(history.SourceReady, "companion", "900ms True 20s False", "uid=u-companion")
		return b.State(history.SourcePod, "companion", "900ms Running", "uid=u-companion node=w2")
	}
	const forEver = `{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute"}`
	const aWhile = `{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":5}`
	judgeAll(t, []judged{
		{"evicted", judge.Evicted(), beside(forEver), judge.Pass, ""},
		{"replaced", judge.ReplacedElsewhere(), beside(forEver), judge.Pass, ""},
		{"left", judge.LeftEndpoints(), beside(forEver), judge.Pass, ""},
		{"must be evicted", judge.Evicted(), beside(aWhile), judge.Fail, "companion: never marked"},
		{"must be replaced", judge.ReplacedElsewhere(), beside(aWhile), judge.Fail, ""},
	})
}
