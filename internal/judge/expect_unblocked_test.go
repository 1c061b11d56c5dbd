package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// blocked is a fault at 10 s that keeps new pods from nodes, undone at 60 s; pod d
// comes at 12 s and gets its node at one instant, and is ready at another.
func blocked(placed, ready, message string) *historytest.Builder {
	const d = historytest.PodD
	b := calm("node/taint", "w1", "w2")
	uid := "uid=u-" + d + " owner=ReplicaSet/web-7c hash=7c"
	b.State(history.SourcePod, d, "12s Pending "+placed+" -", uid).State(history.SourcePod, d, placed+" Pending "+ready+" Running", uid+" node=w1")
	b.State(history.SourceReady, d, ready+" True", "uid=u-"+d)
	return b.Detail(history.SourcePod, d, message)
}

func TestPendingUntilUndone(t *testing.T) {
	p, bare := judge.PendingUntilUndone("untolerated taint"), judge.PendingUntilUndone()
	const message = "0/4 nodes are available: 3 node(s) had untolerated taint {seatrial.dev/closed: }"
	judgeAll(t, []judged{
		{"in time", p, blocked("60.5s", "63s", message), judge.Pass, "after 3.00s"},
		{"at the upper end", p, blocked("69s", "79.9s", message), judge.Pass, ""},
		{"placed before the undo", p, blocked("59.9s", "63s", message), judge.Fail, "before the undo"},
		{"never ready", p, blocked("61s", "81s", message), judge.Fail, "never ready"},
		{"no word of it", p, blocked("60.5s", "63s", "Insufficient cpu"), judge.Fail, "PodScheduled never said"},
		{"no word asked for", bare, blocked("60.5s", "63s", "Insufficient cpu"), judge.Pass, ""},
		{"nothing came", p, calm("node/taint", "w1"), judge.Invalid, "no pod came"},
		{"another fault", p, blocked("60.5s", "63s", message).Meta(func(m *history.Meta) { m.Fault = "pod/delete" }), judge.Invalid, "does not know"},
	})
	for placed, want := range map[string]int{"60.5s": 1, "59.9s": 0} {
		if f := p.Judge(built(blocked(placed, "63s", message))); f.Count == nil || *f.Count != want {
			t.Errorf("one that was placed at %s is not counted as %d: %+v", placed, want, f)
		}
	}
}

// unmade is pod c gone at 12 s while nobody makes replicas, from 10 s to 60 s; its
// replacement comes at one instant and is ready at another. Pod b is hit too, and stays.
func unmade(fault, came, ready string) *historytest.Builder {
	const c = historytest.PodC
	b := calm(fault, "cp")
	b.Deed("12s", c).Deed("13s", historytest.PodB)
	b.Without(history.SourcePod, c).State(history.SourcePod, c, "100ms Pending 900ms Running 12s Terminating 14s -", "uid=u-"+c+" node=w2 owner=ReplicaSet/web-7c hash=7c")
	return pod(b, historytest.PodD, "w1", "7c", came+" Pending "+ready+" Running", ready+" True", ready+" ready")
}

func TestMissingUntilUndone(t *testing.T) {
	const controllers, server = "controlplane/controller-manager-stop", "controlplane/apiserver-stop"
	m := judge.MissingUntilUndone()
	stays := unmade(controllers, "65s", "68s")
	stays.Without(history.SourcePod, historytest.PodC).State(history.SourcePod, historytest.PodC, "900ms Running", "uid=u-c owner=ReplicaSet/web-7c")
	unheard := unmade(server, "65s", "68s").Without(history.SourceContainer, historytest.PodD+"/web")
	unheard.State(history.SourceContainer, historytest.PodD+"/web", "66s running", "uid=u-"+historytest.PodD+" containerID=new")
	unheard.Instant(history.SourceRuntime, "w1", "start", "40s", "containerID=new")
	late := unmade(server, "65s", "68s")
	late.Without(history.SourcePod, historytest.PodC).State(history.SourcePod, historytest.PodC, "900ms Running 62s Terminating 64s -", "uid=u-c owner=ReplicaSet/web-7c")
	judgeAll(t, []judged{
		{"in time", m, unmade(controllers, "65s", "68s"), judge.Pass, "after 8.00s"},
		{"came before the undo", m, unmade(controllers, "59s", "61s"), judge.Fail, "before the undo"},
		{"never ready", m, unmade(controllers, "65s", "81s"), judge.Fail, "none was ready"},
		{"nobody could ask", m, unmade(server, "65s", "68s"), judge.Pass, "after 8.00s"},
		{"somebody asked", m, unmade(server, "59s", "61s"), judge.Fail, "before the undo"},
		{"its node knew before the API", m, unheard, judge.Fail, "came at"},
		{"went only then", m, late, judge.Invalid, "only after the undo"},
		{"nobody went", m, stays, judge.Invalid, "did away with"},
		{"nobody was hit", m, calm(controllers, "cp"), judge.Invalid, "did away with"},
	})
}
