package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// landed is web scaled at 10 s: pod d comes to the node, and w1 is booked by a neighbour.
func landed(node string) *historytest.Builder {
	b := calm("rollout/scale", "web").Apply(`{"kind":"Deployment","metadata":{"name":"neighbours"}}`)
	b.State(history.SourcePod, "neighbours-1-x", "1s Running", "uid=u-n node=w1 owner=ReplicaSet/neighbours-1 hash=1")
	return pod(b, historytest.PodD, node, "7c", "11s Pending 13s Running", "13s True", "13s ready")
}

func TestLandedBeside(t *testing.T) {
	l := judge.LandedBeside()
	judgeAll(t, []judged{
		{"beside", l, landed("w2"), judge.Pass, "all on w2"},
		{"on the booked one", l, landed("w1"), judge.Fail, "1 on w1, which is booked"},
		{"on none", l, landed(""), judge.Fail, "1 on no node"},
		{"none came", l, calm("rollout/scale", "web"), judge.Invalid, "nothing to compare"},
	})
	for node, want := range map[string]int{"w2": 1, "w1": 0} {
		if f := l.Judge(built(landed(node))); f.Count == nil || *f.Count != want {
			t.Errorf("one that came to %s is not counted as %d: %+v", node, want, f)
		}
	}
}
