package judge_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// A pod takes up to 13 s to replace, three of them 40 s with the status; routes 3 s
// and a time-out make it 43.9 s on lane fresh, a grace period of 10 s and 3 s more
// make it 56.9 s on lane reused.
func TestErrorsEnd(t *testing.T) {
	e := judge.ErrorsEnd()
	// Every slot from 9 s on fails, so many of them after the undo at 10 s.
	failing := func(fresh, reused int) *historytest.Builder {
		words := func(n int) string {
			return fmt.Sprintf("ok:web-7c-a*400 500:web-7c-a*%d ok:web-7c-a*%d", 50+n, 3500-n)
		}
		return calm("rollout/update", "web").Load("fresh", 50, time.Second, words(fresh)).Load("reused", 50, time.Second, words(reused))
	}
	boots := func(b *historytest.Builder) *historytest.Builder {
		return object(b, `"name":"web","image"`, `"env":[{"name":"BOOT_TIME","value":"5s"}],"name":"web","image"`)
	}
	judgeAll(t, []judged{
		{"in time", e, failing(1000, 1000), judge.Pass, "fresh: the last error after 19.98s"},
		{"at the upper end", e, failing(2195, 2845), judge.Pass, "fresh: the last error after 43.88s"},
		{"too late", e, failing(2198, 1000), judge.Fail, "43.94s"},
		{"too late on lane reused", e, failing(1000, 2848), judge.Fail, "56.94s"},
		{"slower pods, in time", e, boots(failing(1000, 1000)), judge.Pass, ""},
		{"impossibly early", e, boots(failing(600, 1000)), judge.Fail, "11.98s"},
		{"no errors before", e, calm("rollout/update", "web"), judge.Invalid, "no bad version"},
	})
}

func TestRevisionRises(t *testing.T) {
	e := judge.RevisionRises()
	undone := func(deployment, set string) *historytest.Builder {
		b := calm("rollout/update", "web").Without(history.SourceReplicas, "")
		b.State(history.SourceReplicas, "Deployment/web", "1s 3/3 10.1s -", "desired=3 replicas=3 updated=3 available=3 revision=2")
		b.State(history.SourceReplicas, "Deployment/web", "10.1s 3/3", "desired=3 replicas=3 updated=3 available=3 revision="+deployment)
		b.State(history.SourceReplicas, "ReplicaSet/web-8d", "1s 3/3 20s 0/0", "revision=2 hash=8d")
		b.State(history.SourceReplicas, "ReplicaSet/web-7c", "1s 0/0 10.1s -", "revision=1 hash=7c")
		return b.State(history.SourceReplicas, "ReplicaSet/web-7c", "10.1s 3/3", "hash=7c revision="+set)
	}
	judgeAll(t, []judged{
		{"by one", e, undone("3", "3"), judge.Pass, "revision 3, ReplicaSet/web-7c has 3"},
		{"it stays", e, undone("2", "1"), judge.Fail, "revision 2"},
		{"it goes back", e, undone("1", "1"), judge.Fail, "revision 1"},
		{"of another template", e, undone("3", "1"), judge.Fail, "web-7c has 1"},
		{"no such ReplicaSet", e, undone("3", "3").Without(history.SourceReplicas, "ReplicaSet/web-7c"), judge.Invalid, "no ReplicaSet"},
		{"no revisions", e, undone("3", "3").Without(history.SourceReplicas, "Deployment/web"), judge.Invalid, "no revision"},
	})
}
