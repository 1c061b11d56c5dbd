package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// dead is node w2 killed at 10 s with pod c on it, called NotReady at one
// instant, its pod evicted at another, and its replacement ready on w1 at a third.
func dead(notReady, evicted, ready string) *historytest.Builder {
	const c = historytest.PodC
	b := calm("node/kill", "w2").Without(history.SourcePod, c)
	b.State(history.SourcePod, c, "1s Running "+evicted+" Terminating 65s -", "uid=u-"+c+" node=w2 owner=ReplicaSet/web-7c hash=7c")
	relive(b, c, "900ms True "+notReady+" False 65s -", "900ms ready "+notReady+" notready 65s -")
	b.State(history.SourceNode, "w2", "0s True "+notReady+" Unknown 62s True")
	return pod(b, historytest.PodD, "w1", "7c", evicted+" Pending "+ready+" Running", ready+" True", ready+" ready")
}

// The place's timers: grace 10 s, lease 8 s (renewed every 2 s), monitor period
// 5 s, toleration 5 s.
func TestNodeLost(t *testing.T) {
	n, e, r := judge.NodeNotReady(), judge.Evicted(), judge.ReplacedElsewhere()
	stays := dead("20s", "79s", "79s").Without(history.SourcePod, historytest.PodC)
	stays.State(history.SourcePod, historytest.PodC, "1s Running", "uid=u-"+historytest.PodC+" node=w2 owner=ReplicaSet/web-7c hash=7c")
	same := dead("20s", "26s", "28s").Without(history.SourcePod, historytest.PodD)
	same.State(history.SourcePod, historytest.PodD, "26s Running", "uid=u-"+historytest.PodD+" node=w2 owner=ReplicaSet/web-7c hash=7c")
	judgeAll(t, []judged{
		{"in time", n, dead("20s", "26s", "28s"), judge.Pass, "after 10.00s"},
		{"at the lower end", n, dead("17.92s", "26s", "28s"), judge.Pass, ""},
		{"too early", n, dead("17.9s", "26s", "28s"), judge.Fail, ""},
		{"at the upper end", n, dead("31s", "37s", "39s"), judge.Pass, ""},
		{"too late", n, dead("31.1s", "37s", "39s"), judge.Fail, ""},
		{"never", n, dead("90s", "91s", "92s"), judge.Fail, "never"},
		{"no node condition", n, dead("20s", "26s", "28s").Without(history.SourceNode, ""), judge.Invalid, "no condition"},
		{"no target", n, calm("node/kill"), judge.Invalid, ""},
		{"at its toleration", e, dead("20s", "25s", "28s"), judge.Pass, ""},
		{"too early", e, dead("20s", "23.9s", "28s"), judge.Fail, ""},
		{"at the upper end", e, dead("20s", "36.1s", "38s"), judge.Pass, ""},
		{"too late", e, dead("20s", "36.2s", "38s"), judge.Fail, ""},
		{"never", e, stays, judge.Fail, "never"},
		{"only when the node was back", e, dead("20s", "63s", "64s"), judge.Invalid, "only after its node"},
		{"NotReady unknown", e, dead("20s", "26s", "28s").Without(history.SourceNode, ""), judge.Invalid, ""},
		{"in time", r, dead("20s", "26s", "28s"), judge.Pass, "after 18.00s"},
		{"impossibly early", r, dead("11s", "12s", "12.9s"), judge.Fail, ""},
		{"too late", r, dead("20s", "26s", "60.2s"), judge.Fail, ""},
		{"on the dead node", r, same, judge.Fail, "0 new pods"},
		{"left at NotReady", judge.LeftEndpoints(), dead("20s", "26s", "28s"), judge.Pass, ""},
		{"left before", judge.LeftEndpoints(), dead("17s", "26s", "28s"), judge.Fail, ""},
	})
}

// full is node w1's disk filled at 10 s: pressure, taint, its removal by hand at
// 30 s and its return, freed at 60 s, clear at another.
func full(pressure, back, clear string) *historytest.Builder {
	b := calm("pressure/disk-full", "w1").Meta(func(m *history.Meta) {
		m.Settings.Kubelets["w1"] = history.Kubelet{PressureTransition: 12e9, EvictionHard: map[string]string{"nodefs.available": "10%"}}
	})
	b.Marks("deploy 0s warm 1s steady 3s fault 10s recover 60s settled 110s drain 120s").Targets("w1")
	b.State(history.SourceCondition, "w1/DiskPressure", "0s False "+pressure+" True "+clear+" False")
	b.State(history.SourceTaint, "w1/node.kubernetes.io/disk-pressure:NoSchedule", pressure+" present 30s -")
	b.State(history.SourceTaint, "w1/node.kubernetes.io/disk-pressure:NoSchedule", back+" present "+clear+" -")
	return pod(b, historytest.PodD, "", "7c", "25s Pending "+clear+" Running", clear+" True", clear+" ready")
}

func TestPressure(t *testing.T) {
	seen, taint, pending, returns, clears := judge.PressureSeen(), judge.PressureTaint(), judge.StaysPending(), judge.TaintReturns(), judge.PressureClears()
	passes := judge.PressurePasses()
	off := full("15s", "31s", "90s").Meta(func(m *history.Meta) { m.Settings.Kubelets = nil })
	placed := full("15s", "31s", "90s").Without(history.SourcePod, historytest.PodD)
	placed.State(history.SourcePod, historytest.PodD, "25s Pending 40s Running", "uid=u-"+historytest.PodD+" node=w1 owner=ReplicaSet/web-7c hash=7c")
	elsewhere := full("15s", "31s", "90s").Without(history.SourcePod, historytest.PodD)
	elsewhere.State(history.SourcePod, historytest.PodD, "25s Pending 40s Running", "uid=u-"+historytest.PodD+" node=w2 owner=ReplicaSet/web-7c hash=7c")
	refused := func(node, at string) *historytest.Builder {
		b := full("15s", "31s", "90s").Without(history.SourcePod, historytest.PodD)
		return b.State(history.SourcePod, historytest.PodD, "25s Pending "+at+" Failed", "uid=u-"+historytest.PodD+" node="+node+" owner=ReplicaSet/web-7c")
	}
	said := judge.StaysPending("2 node(s) had untolerated taint")
	because := func(words string) *historytest.Builder {
		return full("15s", "31s", "90s").Detail(history.SourcePod, historytest.PodD, words)
	}
	judgeAll(t, []judged{
		{"in time", seen, full("20s", "31s", "90s"), judge.Pass, "after 10.00s"},
		{"too late", seen, full("41.1s", "45s", "90s"), judge.Fail, ""},
		{"never", seen, calm("pressure/disk-full", "w1").State(history.SourceCondition, "w1/DiskPressure", "0s False"), judge.Fail, "never"},
		{"though eviction is off", seen, off, judge.Fail, ""},
		{"no condition", seen, calm("pressure/disk-full", "w1"), judge.Invalid, "no condition"},
		{"tainted", taint, full("15s", "31s", "90s"), judge.Pass, ""},
		{"never tainted", taint, full("15s", "31s", "90s").Without(history.SourceTaint, ""), judge.Fail, "never tainted"},
		{"no pressure", taint, calm("pressure/disk-full", "w1").State(history.SourceCondition, "w1/DiskPressure", "0s False"), judge.Invalid, ""},
		{"stays", pending, full("15s", "31s", "90s"), judge.Pass, "1 pods came"},
		{"stays, and why", said, because("0/2 nodes are available: 2 node(s) had untolerated taint(s)"), judge.Pass, "1 pods came"},
		{"stays for another reason", said, because("0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s)"), judge.Fail, "nobody says"},
		{"stays, and nobody says why", said, full("15s", "31s", "90s"), judge.Fail, "nobody says"},
		{"sent there while nobody was kept from it, so that there is nothing to say", said, refused("w1", "25.5s"), judge.Fail, "refused"},
		{"placed all the same", pending, placed, judge.Fail, "ran on w1"},
		{"another node took it", pending, elsewhere, judge.Invalid, "no pod came"},
		{"sent there, and refused", pending, refused("w1", "26s"), judge.Fail, "1 were sent there and refused though it was tainted"},
		{"sent there while nobody was kept from it", pending, refused("w1", "31.5s"), judge.Pass, ""},
		{"sent there when the taint was taken off, told before it", pending, refused("w1", "29.1s"), judge.Pass, ""},
		{"failed elsewhere", pending, refused("w2", "26s"), judge.Pass, ""},
		{"no pod came", pending, full("15s", "31s", "90s").Without(history.SourcePod, historytest.PodD), judge.Invalid, ""},
		{"comes back", returns, full("15s", "31s", "90s"), judge.Pass, "after 1.00s"},
		{"back too late", returns, full("15s", "41.1s", "90s"), judge.Fail, ""},
		{"never back", returns, full("15s", "95s", "90s"), judge.Fail, "never back"},
		{"nobody removed it", returns, full("15s", "31s", "90s").Without(history.SourceTaint, "").
			State(history.SourceTaint, "w1/node.kubernetes.io/disk-pressure:NoSchedule", "15s present 90s -"), judge.Invalid, "nobody"},
		{"by itself", passes, full("15s", "31s", "40s"), judge.Pass, "after 25.00s"},
		{"at the upper end", passes, full("15s", "31s", "59s"), judge.Pass, ""},
		{"too late", passes, full("14s", "31s", "58.1s"), judge.Fail, ""},
		{"too early", passes, full("15s", "31s", "16.9s"), judge.Fail, ""},
		{"only when it was undone", passes, full("15s", "31s", "90s"), judge.Fail, "until the undo"},
		{"undone too soon", passes, full("20s", "31s", "90s"), judge.Invalid, "it was undone"},
		{"after its transition", clears, full("15s", "31s", "90s"), judge.Pass, "after 30.00s"},
		{"at the lower end", clears, full("15s", "31s", "62s"), judge.Pass, ""},
		{"too early", clears, full("15s", "31s", "61.9s"), judge.Fail, ""},
		{"at the upper end", clears, full("15s", "31s", "103s"), judge.Pass, ""},
		{"too late", clears, full("15s", "31s", "103.1s"), judge.Fail, ""},
		{"never", clears, full("15s", "31s", "130s"), judge.Fail, "still at the end"},
		{"never freed", clears, full("15s", "31s", "90s").Marks("steady 3s fault 10s drain 120s").Targets("w1"), judge.Invalid, ""},
	})
}
