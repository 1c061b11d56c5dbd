package judge_test

import (
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// updated is a Deployment that keeps one old ReplicaSet, updated at 10 s to its third
// revision, and set back at 30 s to its second, which gets the fourth number.
func updated(v1, v2, v3 string) *historytest.Builder {
	b := object(twice("rollout/update"), `"revisionHistoryLimit":10`, `"revisionHistoryLimit":1`)
	for name, line := range map[string]string{"web-7c": v1, "web-8d": v2, "web-9e": v3} {
		numbered(b, name, line)
	}
	return b
}

func TestHistory(t *testing.T) {
	const v1, v2, v3 = "1s 3/1 5s 0/1 12s -", "5s 3/2 11s 0/2 30.2s 3/4", "10.1s 3/3 35s 0/3"
	kept, undone := judge.HistoryKept(), judge.UndoneTo(2)
	judgeAll(t, []judged{
		{"the first is removed", kept, updated(v1, v2, v3), judge.Pass, "at +30.00s revisions 2, 3 of 1, 2, 3"},
		{"nothing is", kept, updated("1s 3/1 5s 0/1", v2, v3), judge.Fail, "revisions 1, 2, 3 of 1, 2, 3"},
		{"counted: two are left", counts(kept), updated(v1, v2, v3), judge.Pass, "counted 2"},
		{"counted: three are", counts(kept), updated("1s 3/1 5s 0/1", v2, v3), judge.Fail, "counted 3"},
		{"the one before is removed too", kept, updated(v1, "5s 3/2 11s 0/2 12s -", v3), judge.Fail, "revisions 3 of"},
		{"the wrong one is", kept, updated("1s 3/1 5s 0/1", "5s 3/2 11s 0/2 12s -", v3), judge.Fail, "revisions 1, 3 of"},
		{"a higher limit", kept, object(updated(v1, v2, v3), `"revisionHistoryLimit":1`, `"revisionHistoryLimit":2`), judge.Invalid, "none has to be removed"},
		{"back to the second", undone, updated(v1, v2, v3), judge.Pass, "has number 4 and wants 3 pods"},
		{"it keeps its number", undone, updated(v1, "5s 3/2 11s 0/2 30.2s 3/2", v3), judge.Fail, "number 2"},
		{"it gets no pods", undone, updated(v1, "5s 3/2 11s 0/2 30.2s 0/4", v3), judge.Fail, "wants 0"},
		{"the third keeps some", undone, updated(v1, v2, "10.1s 3/3 35s 1/3"), judge.Fail, ""},
		{"no such revision", judge.UndoneTo(7), updated(v1, v2, v3), judge.Invalid, "no ReplicaSet of revision 7"},
	})
}

func TestKubectlSays(t *testing.T) {
	e := judge.KubectlSays("rollout undo", 1, "unable to find specified revision")
	said := func(code, text string) *historytest.Builder {
		return calm("rollout/update", "web").Said("kubectl rollout undo deployment/web --to-revision=1", code, text, 20*time.Second)
	}
	judgeAll(t, []judged{
		{"a clear error", e, said("1", "error: unable to find specified revision 1 in history"), judge.Pass, "exit 1"},
		{"it works", e, said("0", "deployment.apps/web rolled back"), judge.Fail, "exit 0"},
		{"another error", e, said("1", "error: connection refused"), judge.Fail, "connection refused"},
		{"nobody asked", e, calm("rollout/update", "web"), judge.Invalid, "no command"},
		{"something else was asked", e, calm("rollout/update", "web").Said("kubectl get pods", "0", "", 20*time.Second), judge.Invalid, "no command"},
		{"the last answer counts", e, said("1", "error: unable to find specified revision 1 in history").
			Said("kubectl rollout undo deployment/web --to-revision=1", "0", "rolled back", 25*time.Second), judge.Fail, "exit 0"},
	})
}
