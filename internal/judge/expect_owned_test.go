package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// deletedAll is a ReplicaSet's pods a and b and a bare one, deleted 2 s after the deed, with
// so many pods of the ReplicaSet made since.
func deletedAll(made ...string) *historytest.Builder {
	b := calm("pressure/disk-full", "w1").Without(history.SourcePod, "")
	b.Marks("deploy 0s warm 1s steady 3s fault 10s recover 60s settled 110s drain 120s").Targets("w1")
	for _, name := range []string{historytest.PodA, historytest.PodB} {
		b.State(history.SourcePod, name, "1s Running 12s Terminating 14s -", "uid=u-"+name+" node=w1 owner=ReplicaSet/web-7c")
	}
	b.State(history.SourcePod, "web-bare", "1s Running 12s Terminating 14s -", "uid=u-bare node=w1")
	for _, name := range made {
		b.State(history.SourcePod, name, "12.5s Pending 90s Running", "uid=u-"+name+" owner=ReplicaSet/web-7c")
	}
	return b
}

func TestOwnedComeBack(t *testing.T) {
	e := judge.OwnedComeBack()
	refused := deletedAll("n1", "n2").State(history.SourcePod, "n0", "12.2s Pending 12.4s Failed", "uid=u-n0 owner=ReplicaSet/web-7c node=w1")
	again := deletedAll("n1", "n2").State(history.SourcePod, "web-bare", "20s Running", "uid=u-other node=w1")
	late := deletedAll("n1").State(history.SourcePod, "n2", "60.5s Pending 90s Running", "uid=u-n2 owner=ReplicaSet/web-7c")
	judgeAll(t, []judged{
		{"owned ones are made again", e, deletedAll("n1", "n2"), judge.Pass, "ReplicaSet/web-7c: 2 of 2; 1 bare pods stay away"},
		{"and one that was refused once more", e, refused, judge.Pass, ""},
		{"one too few", e, deletedAll("n1"), judge.Fail, "made 1 for the 2 that went"},
		{"one too many", e, deletedAll("n1", "n2", "n3"), judge.Fail, "made 3 for the 2"},
		{"only when it was undone", e, late, judge.Fail, "made 1"},
		{"the bare one is there again", e, again, judge.Fail, "bare pod web-bare is there again"},
		{"no bare pod went", e, deletedAll("n1", "n2").Without(history.SourcePod, "web-bare"), judge.Invalid, "0 bare pods"},
		{"nothing went", e, calm("pressure/disk-full", "w1"), judge.Invalid, "both kinds"},
	})
}

// beside is pod a hit, with a pod of another app on its node.
func TestCompanionsUntouched(t *testing.T) {
	e := judge.CompanionsUntouched()
	with := func(line, attrs string) *historytest.Builder {
		return calm("app/oom", historytest.PodA).State(history.SourcePod, "companion-1", line, "uid=u-c owner=ReplicaSet/companion "+attrs).
			State(history.SourceContainer, "companion-1/web", "1s running", "uid=u-c restarts=0")
	}
	restarted := with("1s Running", "node=w1").State(history.SourceContainer, "companion-1/web", "12s running", "uid=u-c restarts=1")
	judgeAll(t, []judged{
		{"untouched", e, with("1s Running", "node=w1"), judge.Pass, "1 pods, none touched"},
		{"restarted", e, restarted, judge.Fail, "companion-1 restarted 1 times"},
		{"gone", e, with("1s Running 11s Terminating 12s -", "node=w1"), judge.Fail, "gone"},
		{"none on its node", e, with("1s Running", "node=w9"), judge.Invalid, "no pod to compare"},
		{"none at all", e, calm("app/oom", historytest.PodA), judge.Invalid, "no pod to compare"},
	})
}
