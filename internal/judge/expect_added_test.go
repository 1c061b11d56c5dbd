package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

const apart = "0/4 nodes are available: 3 node(s) didn't match pod anti-affinity rules"

// crammed is a rollout at 10 s, whose first pod comes at once and is placed at an instant
// and ready at another, and which is complete at a third; a node is added at 20 s and Ready
// at 25 s.
func crammed(placed, ready, done, message string) *historytest.Builder {
	const fresh = "web-9f-a"
	b := calm("node/add", "web").Deed("20s..24s", "w4").State(history.SourceNode, "w4", "24s False 25s True")
	uid := "uid=u-" + fresh + " owner=ReplicaSet/web-9f hash=9f"
	b.State(history.SourcePod, fresh, "10.1s Pending "+placed+" -", uid).State(history.SourcePod, fresh, placed+" Pending "+ready+" Running", uid+" node=w4")
	b.State(history.SourceReady, fresh, ready+" True", "uid=u-"+fresh)
	b.Detail(history.SourcePod, fresh, message)
	b.State(history.SourceReplicas, "Deployment/web", "10.1s 3/3 "+done+" -", "desired=3 replicas=4 updated=1 available=3 revision=2")
	return b.State(history.SourceReplicas, "Deployment/web", done+" 3/3", "desired=3 replicas=3 updated=3 available=3 revision=2")
}

func TestNodeAddedIntoRollout(t *testing.T) {
	s, r := judge.StuckUntilAdded("didn't match pod anti-affinity rules"), judge.RolledOutOnceAdded()
	unready := crammed("25.5s", "28s", "50s", apart).Without(history.SourceNode, "w4")
	tainted := func(placed, ready string) *historytest.Builder {
		return crammed(placed, ready, "50s", apart).State(history.SourceTaint, "w4/seatrial.dev/joining:NoSchedule", "24s present 30s -").
			State(history.SourceTaint, "w4/node.kubernetes.io/unschedulable:NoSchedule", "60s present 62s -")
	}
	const long = "deploy 0s warm 1s steady 3s fault 10s fault 20s seen 26s recover 121s drain 125s"
	judgeAll(t, []judged{
		{"once its taint is off", s, tainted("30.5s", "33s"), judge.Pass, "after 3.00s"},
		{"while it has a taint", s, tainted("28.9s", "31s"), judge.Fail, "before the node"},
		{"once it is Ready", s, crammed("25.5s", "28s", "50s", apart), judge.Pass, "after 3.00s"},
		{"a moment before we saw it", s, crammed("24.5s", "27s", "50s", apart), judge.Pass, ""},
		{"at the upper end", s, crammed("40s", "47s", "60s", apart), judge.Pass, ""},
		{"too late", s, crammed("40s", "47.1s", "60s", apart), judge.Fail, ""},
		{"placed without it", s, crammed("10.3s", "12s", "18s", apart), judge.Fail, "before the node that was added was open"},
		{"never ready", s, crammed("79s", "85s", "86s", apart), judge.Fail, "never ready"},
		{"other words", s, crammed("25.5s", "28s", "50s", "Insufficient cpu"), judge.Fail, "PodScheduled never said"},
		{"nothing came", s, calm("node/add", "web").Deed("20s", "w4").State(history.SourceNode, "w4", "25s True"), judge.Invalid, "no new pod"},
		{"no node", s, unready, judge.Invalid, "was Ready"},
		// Two old pods go before the next is placed, each without a preStop hook: no lower end.
		{"complete", r, crammed("25.5s", "28s", "50s", apart), judge.Pass, "after 25.00s"},
		{"complete before", r, crammed("10.3s", "12s", "18s", apart), judge.Fail, ""},
		{"never complete", r, crammed("25.5s", "28s", "79.9s", apart).Without(history.SourceReplicas, "Deployment/web").
			State(history.SourceReplicas, "Deployment/web", "1s 3/3 10.1s 3/3", "desired=3 replicas=4 updated=1 available=3").Marks(long).TargetsOf(0, "web").TargetsOf(1, "w4"), judge.Fail, "not complete at the end"},
		{"never began", r, calm("node/add", "web").Marks(long).TargetsOf(0, "web").TargetsOf(1, "w4").State(history.SourceNode, "w4", "25s True"), judge.Fail, "never began"},
		{"no node", r, unready, judge.Invalid, "was Ready"},
	})
}
