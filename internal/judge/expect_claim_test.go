package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// relabelled is a trial in which pod a is let go at an instant; rest is its life
// from then on.
func relabelled(free, rest string) *historytest.Builder {
	const a = historytest.PodA
	b := calm("pod/relabel", a).Without(history.SourcePod, a)
	b.State(history.SourcePod, a, "100ms Pending 900ms Running "+free+" -", "uid=u-"+a+" node=w1 owner=ReplicaSet/web-7c hash=7c")
	return b.State(history.SourcePod, a, free+" "+rest, "uid=u-"+a+" node=w1 hash=7c")
}

func TestReleased(t *testing.T) {
	const a = historytest.PodA
	e := judge.Released()
	orphan := calm("pod/relabel", "db-0").State(history.SourcePod, "db-0", "1s Running", "uid=u-db")
	judgeAll(t, []judged{
		{"let go", e, relabelled("10.3s", "Running"), judge.Pass, "without an owner after 300ms"},
		{"and deleted after the undo", e, relabelled("10.3s", "Running 61s Terminating 63s -"), judge.Pass, ""},
		{"at the upper end", e, relabelled("12s", "Running"), judge.Pass, ""},
		{"above it", e, relabelled("12.1s", "Running"), judge.Fail, "after 2.10s"},
		{"never", e, calm("pod/relabel", a), judge.Fail, "still of ReplicaSet/web-7c"},
		{"deleted", e, relabelled("10.3s", "Running 20s Terminating 22s -"), judge.Fail, "gone at +20.00s"},
		{"restarted", e, restarted(relabelled("10.3s", "Running"), a, "20s", "21s", ""), judge.Fail, "1 restarts"},
		{"it was nobody's", e, orphan, judge.Invalid, "had no owner"},
	})
}

func TestSurplusRemoved(t *testing.T) {
	e := judge.SurplusRemoved()
	const stray, owner = "web-stray", "owner=ReplicaSet/web-7c"
	came := func(adopted, rest string) *historytest.Builder {
		b := calm("pod/adopt", stray).State(history.SourcePod, stray, "10.05s Pending 10.1s -", "uid=u-stray hash=7c")
		return b.State(history.SourcePod, stray, "10.1s "+rest, "uid=u-stray hash=7c "+adopted)
	}
	instead := came(owner, "Pending 10.4s -").Without(history.SourcePod, historytest.PodB).
		State(history.SourcePod, historytest.PodB, "100ms Pending 900ms Running 10.3s Terminating 13s -", "uid=u-"+historytest.PodB+" node=w1 "+owner)
	judgeAll(t, []judged{
		{"adopted and gone", e, came(owner, "Pending 10.4s -"), judge.Pass, "deleted after 400ms"},
		{"on its way out", e, came(owner, "Pending 13s Terminating 15s -"), judge.Pass, "deleted after 3.00s"},
		{"too late", e, came(owner, "Pending 13.1s -"), judge.Fail, "after 3.10s"},
		{"it stays", e, came(owner, "Pending 11s Running"), judge.Fail, "there still"},
		{"never adopted", e, came("", "Pending 10.4s -"), judge.Fail, "never adopted"},
		{"another one went", e, instead, judge.Fail, "web-7c-b went at +10.30s"},
		{"no pod came", e, calm("pod/adopt", stray), judge.Invalid, "no pod came"},
	})
}
