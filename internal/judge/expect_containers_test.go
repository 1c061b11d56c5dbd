package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// twoOf is a trial of a pod of two containers: web is killed at 10 s, the pod
// deleted at 30 s; web's and the sidecar's runs are given.
func twoOf(web, sidecar []string) *historytest.Builder {
	const a = historytest.PodA
	b := object(calm("container/kill", a), liveness+"}", liveness+`},{"name":"sidecar","image":"web:1"}`)
	b.Marks("deploy 0s warm 1s steady 3s fault 10s seen 11s fault 30s seen 31s recover 60s settled 70s drain 80s").Targets(a)
	lives(lives(b, a, "web", web...), a, "sidecar", sidecar...)
	b.Without(history.SourcePod, a).State(history.SourcePod, a, "100ms Pending 900ms Running 30.05s Terminating 33s -",
		"uid=u-"+a+" node=w1 owner=ReplicaSet/web-7c hash=7c")
	b.Instant(history.SourceApp, a, history.AppStart, "1s", "run=1")
	b.Instant(history.SourceApp, a, history.AppStart, "11s", "run=2")
	return b.Command("kubectl exec "+a+" --container=sidecar -- /web exists /x", "0", "20s..20.5s", "")
}

var (
	killed = []string{"900ms..10.1s", "11s..30.5s"}
	beside = []string{"900ms..31s"}
)

func TestSiblingUntouched(t *testing.T) {
	const a = historytest.PodA
	e := judge.SiblingUntouched()
	judgeAll(t, []judged{
		{"ran on", e, twoOf(killed, beside), judge.Pass, "web ended, sidecar ran on until +30.00s"},
		{"died with it", e, twoOf(killed, []string{"900ms..10.3s", "11s..31s"}), judge.Fail, "sidecar and web were started again"},
		{"counted: the one that was killed", counts(e), twoOf(killed, beside), judge.Pass, "counted 1"},
		{"counted: both", counts(e), twoOf(killed, []string{"900ms..10.3s", "11s..31s"}), judge.Fail, "counted 2"},
		{"ended, and stayed so", e, twoOf(killed, []string{"900ms..20s"}), judge.Fail, "sidecar ended at +20.00s"},
		{"nothing ended", e, twoOf([]string{"900ms..30.5s"}, beside), judge.Invalid, "no sibling"},
		{"it has no sibling", e, lives(calm("container/kill", a), a, "web", killed...), judge.Invalid, "no sibling"},
	})
}

func TestVolumeKept(t *testing.T) {
	const a = historytest.PodA
	e := judge.VolumeKept()
	began := func(run string) *historytest.Builder {
		b := twoOf(killed, beside).Without(history.SourceApp, a).Instant(history.SourceApp, a, history.AppStart, "1s", "run=1")
		if run != "" {
			b.Instant(history.SourceApp, a, history.AppStart, "11s", "run="+run)
		}
		return b
	}
	asked := func(code string) *historytest.Builder {
		return twoOf(killed, beside).Without(history.SourceCommand, "").Command("kubectl exec "+a+" -- x", code, "20s..21s", "")
	}
	judgeAll(t, []judged{
		{"goes on", e, twoOf(killed, beside), judge.Pass, "run 2 after run 1"},
		{"begins anew", e, began("1"), judge.Fail, "run 1 after run 1"},
		{"the sibling does not see it", e, asked("1"), judge.Fail, "exit code 1"},
		{"no line after it", e, began(""), judge.Invalid, "run 0 after it"},
		{"the sibling was not asked", e, twoOf(killed, beside).Without(history.SourceCommand, ""), judge.Invalid, "was asked: false"},
		{"another pod's sibling was asked", e, twoOf(killed, beside).Without(history.SourceCommand, "").Command("kubectl exec web-7c-b -- x", "0", "20s..21s", ""), judge.Invalid, "was asked: false"},
	})
}

func TestContainersGone(t *testing.T) {
	const a = historytest.PodA
	e := judge.ContainersGone()
	stays := twoOf(killed, beside).Without(history.SourcePod, a).State(history.SourcePod, a, "100ms Pending 900ms Running 30.05s Terminating", "uid=u-"+a+" node=w1 owner=ReplicaSet/web-7c")
	late := twoOf(killed, beside).Marks("deploy 0s warm 1s steady 3s fault 10s seen 11s fault 70s seen 71s recover 72s drain 80s").Targets(a).
		Without(history.SourcePod, a).State(history.SourcePod, a, "100ms Pending 900ms Running 70.05s Terminating", "uid=u-"+a+" node=w1 owner=ReplicaSet/web-7c")
	judgeAll(t, []judged{
		{"both ended", e, twoOf(killed, beside), judge.Pass, "sidecar ended after 1.00s"},
		{"at the upper end", e, twoOf(killed, []string{"900ms..43s"}), judge.Pass, ""},
		{"past the grace period", e, twoOf(killed, []string{"900ms..43.1s"}), judge.Fail, "after 13.10s"},
		{"one never ended", e, twoOf(killed, []string{"900ms.."}), judge.Fail, "sidecar never ended"},
		{"the pod stays", e, stays, judge.Fail, "the pod is there still"},
		{"cut off", e, late, judge.Invalid, "before web must have ended"},
		{"no runtime events", e, twoOf(killed, beside).Without(history.SourceRuntime, ""), judge.Invalid, "said nothing of container web"},
	})
}
