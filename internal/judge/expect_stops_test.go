package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

func TestStopsAtFirst(t *testing.T) {
	const a = historytest.PodA
	e := judge.StopsAtFirst()
	rolls := func() *historytest.Builder {
		b := counted(calm("rollout/bad-version", "web"), "1s 3/3/3/3 10.1s 3/4/1/3 61s 3/3/3/3", "strategy=1/0")
		return pod(b, "web-8d-1", "w1", "8d", "10.1s Pending 12s Running 60.1s Terminating 62s -", "10.1s False 12s True 17s False 18s True 62s -", "12s ready")
	}
	dies := func() *historytest.Builder {
		return restarted(rolls(), "web-8d-1", "17s", "18s", "reason=Error exitCode=1")
	}
	goes := func(at string) *historytest.Builder {
		return dies().Without(history.SourcePod, a).
			State(history.SourcePod, a, "1s Running "+at+" Terminating 70s -", "uid=u-"+a+" owner=ReplicaSet/web-7c hash=7c")
	}
	two := pod(dies(), "web-8d-2", "w2", "8d", "13s Pending 15s Running", "15s True", "15s ready")
	judgeAll(t, []judged{
		{"at the first", e, dies(), judge.Pass, "1 new pods (web-8d-1), no old one went"},
		{"a second one comes", e, two, judge.Fail, "2 new pods"},
		{"an old one goes", e, goes("13s"), judge.Fail, a + " went at +13.00s"},
		{"an old one goes after the undo", e, goes("61s"), judge.Pass, ""},
		{"nothing dies", e, rolls(), judge.Invalid, "nothing to stop for"},
		{"it is never ready", e, dies().Without(history.SourceReady, "web-8d-1"), judge.Invalid, "nothing to stop for"},
		{"no counts", e, dies().Without(history.SourceReplicas, ""), judge.Invalid, "no replica counts"},
	})
	if f := e.Judge(built(dies())); f.Count == nil || *f.Count != 1 {
		t.Errorf("the new pods are not counted: %+v", f)
	}
}
