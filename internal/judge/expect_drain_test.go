package judge_test

import (
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

const budget = `{"kind":"PodDisruptionBudget","apiVersion":"policy/v1","metadata":{"name":"web"},"spec":{"minAvailable":2,"selector":{"matchLabels":{"app":"web"}}}}`

// drained is node w2 drained at 10 s: pod c evicted at one instant, its replacement
// ready on a node at another.
func drained(evicted, node, ready string) *historytest.Builder {
	const c = historytest.PodC
	b := calm("node/drain", "w2").Without(history.SourcePod, c).Apply(budget)
	b.State(history.SourcePod, c, "1s Running "+evicted+" Terminating 30s -", "uid=u-"+c+" node=w2 owner=ReplicaSet/web-7c hash=7c")
	relive(b, c, "900ms True 30s -", "900ms ready "+evicted+" serving 30s -")
	return pod(b, historytest.PodD, node, "7c", "11s Pending "+ready+" Running", ready+" True", ready+" ready")
}

func TestDrained(t *testing.T) {
	d := judge.Drained()
	judgeAll(t, []judged{
		{"at once", d, drained("10.5s", "w1", "14s"), judge.Pass, "after 500ms"},
		{"too late", d, drained("11.1s", "w1", "14s"), judge.Fail, ""},
		{"never", d, drained("61s", "w1", "14s"), judge.Fail, "not evicted before the undo"},
		{"not replaced before the undo", d, drained("10.5s", "w1", "61s"), judge.Fail, "0 of 1 replaced before the undo"},
		{"came back to it", d, drained("10.5s", "w2", "14s"), judge.Fail, "which was drained"},
		{"nothing hit", d, calm("node/drain", "w9"), judge.Invalid, "no pod that was hit"},
	})
}

func TestBudgetKept(t *testing.T) {
	k := judge.BudgetKept()
	broken := drained("10.5s", "w1", "14s")
	relive(broken, historytest.PodB, "900ms True 12s False 16s True", "900ms ready")
	mended := drained("16s", "w1", "14s")
	relive(mended, historytest.PodB, "900ms True 12s False 15s True", "900ms ready")
	judgeAll(t, []judged{
		{"kept", k, drained("10.5s", "w1", "14s"), judge.Pass, "never fewer than 2"},
		{"broken", k, broken, judge.Fail, "1 at"},
		{"one not ready, before the eviction", k, mended, judge.Pass, ""},
		{"a budget of another app", k, calm("node/drain", "w2").Apply(strings.ReplaceAll(budget, `"app":"web"`, `"app":"other"`)), judge.Invalid, "a budget selects"},
		{"no budget", k, calm("node/drain", "w2"), judge.Invalid, "no budget"},
	})
}
