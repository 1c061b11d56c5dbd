package judge_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// lost is a rollout begun at 10 s in which node w2, with pod c on it, dies at 20 s, is
// called NotReady at 30 s and started again at 60 s; the Deployment's counts are given.
func lost(counts string) *historytest.Builder {
	const c = historytest.PodC
	b := counted(calm("node/kill", "w2"), counts).Without(history.SourcePod, c)
	b.Marks("deploy 0s warm 1s steady 3s fault 10s fault 20s seen 31s recover 60s settled 70s drain 80s").TargetsOf(0, "web").TargetsOf(1, "w2")
	b.State(history.SourcePod, c, "1s Running 36s Terminating 65s -", "uid=u-"+c+" node=w2 owner=ReplicaSet/web-7c hash=7c")
	relive(b, c, "900ms True 30s False 65s -", "900ms ready 30s notready 65s -")
	return b.State(history.SourceNode, "w2", "0s True 30s Unknown 62s True")
}

// The rollout may take 3 waves of 13 s, 1 s for the status, and stand still for 21 s
// until NotReady, 16.1 s until the eviction and 13 s for the replacement: 90.1 s.
func TestRolledOutElsewhere(t *testing.T) {
	e := judge.RolledOutElsewhere()
	const within = "1s 3/3/3/3 10.1s 3/4/1/3 25s 3/3/3/3 30s 3/3/3/2 40s 3/3/3/3"
	stranded := lost("1s 3/3/3/3 10.1s 3/4/1/3 25s 3/3/3/3")
	late := lost("1s 3/3/3/3 10.1s 3/4/1/3 100.2s 3/3/3/3").Marks("deploy 0s warm 1s steady 3s fault 10s fault 20s seen 31s recover 103s drain 105s").
		TargetsOf(0, "web").TargetsOf(1, "w2")
	never := lost("1s 3/3/3/3 10.1s 3/4/1/3 114s 3/3/3/3").Marks("deploy 0s warm 1s steady 3s fault 10s fault 20s seen 31s recover 113s drain 115s").
		TargetsOf(0, "web").TargetsOf(1, "w2")
	judgeAll(t, []judged{
		{"complete again after the node is given up", e, lost(within), judge.Pass, "after 30.00s"},
		{"complete before anybody knew", e, stranded, judge.Fail, "1 pods on dead nodes web-7c-c on w2"},
		{"not complete when the node is started", e, never, judge.Fail, "1 of 3 updated"},
		{"the node is started too soon", e, lost("1s 3/3/3/3 10.1s 3/4/1/3 61s 3/3/3/3"), judge.Invalid, "started 50.00s after the rollout began"},
		{"too late", e, late, judge.Fail, "after 90.20s"},
		{"no counts", e, lost(within).Without(history.SourceReplicas, ""), judge.Invalid, "no replica counts"},
		{"no rollout", e, lost(within).Marks("deploy 0s warm 1s steady 3s fault 20s recover 60s drain 80s").Targets("w2"), judge.Invalid, "no node that died in a rollout"},
		{"no node", e, lost(within).Without(history.SourceNode, ""), judge.Invalid, "no node"},
	})
}

// Where a fault falls into a rollout, the fault is judged from its own deed on, the
// rollout from its own, and what was lost from the first of them on.
func TestStaged(t *testing.T) {
	const within = "1s 3/3/3/3 10.1s 3/4/1/3 25s 3/3/3/3 30s 3/3/3/2 40s 3/3/3/3"
	slots := func(words string) *historytest.Builder { return load(lost(within), words) }
	judgeAll(t, []judged{
		{"the node", judge.NodeNotReady(), lost(within), judge.Pass, "after 10.00s"},
		{"the rollout", judge.RolledOut(), lost(within), judge.Pass, "after 15.00s"},
		{"its availability", judge.AvailabilityKept(), lost("1s 3/3/3/3 12s 3/4/1/2 15s 3/3/3/3"), judge.Fail, "at +12.00s"},
		{"lost before the node died", judge.NoLoss(), slots("ok*500 XX ok*3449"), judge.Fail, "1 of"},
		{"nothing lost of one in three", judge.DowntimeAsModelled(), slots("ok*3950"), judge.Pass, "0 of"},
		{"one in three lost for a while", judge.DowntimeAsModelled(), slots("ok*955 " + strings.Repeat("tc ok ok ", 150) + "ok*2545"), judge.Pass, ""},
		{"two in three lost for a while", judge.DowntimeAsModelled(), slots("ok*955 " + strings.Repeat("tc tc ok ", 150) + "ok*2545"), judge.Fail, "300 of"},
		{"for too long", judge.DowntimeAsModelled(), slots("ok*955 " + strings.Repeat("tc ok ok ", 450) + "ok*1645"), judge.Fail, ""},
	})
	// A node is no reason for a pod on another one to answer badly.
	strange := slots("ok*955 " + strings.Repeat("tc ok ok ", 140) + strings.Repeat("503:"+historytest.PodA+" ok ok ", 10) + "ok*2545")
	judgeAll(t, []judged{{"bad answers of a pod that was not hit", judge.DowntimeAsModelled(), strange, judge.Fail, "10 bad answers of pods that were not hit"}})
	h := built(lost(within))
	for i := range h.Samples {
		h.Samples[i].Version = []string{"v1", "v2", "v1", "v2"}[min(int(h.Samples[i].Seq)/480, 3)]
	}
	if f := judge.VersionsAlternate().Judge(h); f.Status != judge.Pass || strings.Contains(f.Got, ";") {
		t.Errorf("one rollout, whatever else was done: got %s: %s", f.Status, f.Got)
	}
}

// surged is two rollouts of a Deployment of 3, surge 1 and then 3: each new pod takes
// so long, one after the other and then together; the second is done at an instant.
func surged(first, second time.Duration, done string) *historytest.Builder {
	b := calm("rollout/update", "web").Marks("deploy 0s warm 1s steady 3s fault 10s fault 40s seen 41s recover 70s settled 75s drain 80s").Targets("web")
	b.Without(history.SourceReplicas, "Deployment/web")
	for _, part := range []struct{ strategy, line string }{
		{"1/0", "1s 3/3/3/3 10.1s 3/4/1/3 35s 3/3/3/3 40.1s -"}, {"3/0", "40.1s 3/4/1/3 " + done + " 3/3/3/3"},
	} {
		words := strings.Fields(part.line)
		for i := 0; i+1 < len(words); i += 2 {
			if words[i+1] == "-" {
				continue
			}
			n, until := strings.Split(words[i+1], "/"), ""
			if i+2 < len(words) {
				until = " " + words[i+2] + " -"
			}
			b.State(history.SourceReplicas, "Deployment/web", words[i]+" x"+until,
				"desired="+n[0]+" replicas="+n[1]+" updated="+n[2]+" available="+n[3]+" strategy="+part.strategy)
		}
	}
	for n := range 3 {
		born := 10200*time.Millisecond + time.Duration(n)*(first+100*time.Millisecond)
		life := fmt.Sprintf("%s Pending 40s Terminating 45s -", born)
		pod(b, fmt.Sprintf("web-8d-%d", n), "w1", "8d", life, fmt.Sprintf("%s True 45s -", born+first), "45s -")
		pod(b, fmt.Sprintf("web-9e-%d", n), "w1", "9e", "40200ms Running", fmt.Sprintf("%s True", 40200*time.Millisecond+second), "60s ready")
	}
	return b
}

func TestSurgeSpeed(t *testing.T) {
	e := judge.SurgeSpeed()
	const eight = 8 * time.Second
	// 3 pods of 8 s: one at a time 24..28 s, three at a time 8..16 s; it took 25 s
	judgeAll(t, []judged{
		{"a third", e, surged(eight, eight, "48.5s"), judge.Pass, "ratio 0.34"},
		{"counted in percent", counts(e), surged(eight, eight, "48.5s"), judge.Pass, "counted 34"},
		{"as slow as one at a time", e, surged(eight, eight, "64.9s"), judge.Fail, "ratio 1.00"},
		{"faster than its pods", e, surged(eight, eight, "46s"), judge.Invalid, "was not ready"},
		{"its pods were too slow to tell", e, surged(eight, 22*time.Second, "63s"), judge.Invalid, "says nothing"},
		{"the second not complete", e, surged(eight, eight, "72s"), judge.Invalid, "rollout 2: it was not complete"},
		{"a pod is missing", e, surged(eight, eight, "48.5s").Without(history.SourcePod, "web-8d-1"), judge.Invalid, "2 new pods, of 3"},
		{"one rollout", e, surged(eight, eight, "48.5s").Marks("steady 3s fault 10s drain 80s").Targets("web"), judge.Invalid, "1 deeds"},
	})
}

// scaledIn is the documentation's example: 8 old and 5 new pods when the Deployment is
// scaled from 10 to 15 at 30 s, surge 3.
func scaledIn(old, new string) *historytest.Builder {
	b := twice("rollout/scale").Without(history.SourceReplicas, "")
	for _, part := range []struct{ line, desired string }{{"1s x 30.1s -", "10"}, {"30.1s x", "15"}} {
		b.State(history.SourceReplicas, "Deployment/web", part.line, "strategy=3/2 desired="+part.desired)
	}
	return wants(wants(b, "web-7c", old), "web-8d", new)
}

func TestSharedInProportion(t *testing.T) {
	e := judge.SharedInProportion()
	const old, new = "1s 10/10 11s 8/8 ", "10.2s 3/0 11s 5/0 "
	judgeAll(t, []judged{
		{"the documentation's", e, scaledIn(old+"30.2s 11/8", new+"30.3s 7/0"), judge.Pass, "11, 7, at +30.30s"},
		{"all to the new one", e, scaledIn(old, new+"30.3s 10/0"), judge.Fail, "8, 10"},
		{"counted: what the new one got", counts(e), scaledIn(old+"30.2s 11/8", new+"30.3s 7/0"), judge.Pass, "counted 2"},
		{"counted: all of it", counts(e), scaledIn(old, new+"30.3s 10/0"), judge.Fail, "counted 5"},
		{"all to the old one", e, scaledIn(old+"30.2s 13/8", new), judge.Fail, "13, 5"},
		{"nobody gets any", e, scaledIn(old, new), judge.Fail, "8, 5"},
		{"not scaled", e, scaledIn(old, new).Marks("steady 3s fault 10s fault 40s drain 80s").Targets("web"), judge.Invalid, "does not show"},
		{"no rollout", e, scaledIn("1s 10/10 11s 0/0", "10.2s 3/0 11s 10/10"), judge.Invalid, "1 ReplicaSets"},
	})
}
