package judge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// twice is a trial of two deeds, at 10 s and at 30 s, on the Deployment web.
func twice(fault string) *historytest.Builder {
	return calm(fault, "web").Marks("deploy 0s warm 1s steady 3s fault 10s fault 30s seen 31s recover 60s settled 70s drain 80s").Targets("web")
}

// numbered adds a ReplicaSet: instants and desired/revision; "-" is its end.
func numbered(b *historytest.Builder, name, line string) *historytest.Builder {
	words := strings.Fields(line)
	for i := 0; i+1 < len(words); i += 2 {
		if words[i+1] == "-" {
			continue
		}
		desired, revision, _ := strings.Cut(words[i+1], "/")
		until := ""
		if i+2 < len(words) {
			until = " " + words[i+2] + " -"
		}
		b.State(history.SourceReplicas, "ReplicaSet/"+name, words[i]+" "+desired+"/"+desired+until, "desired="+desired+" revision="+revision)
	}
	return b
}

func TestRevisions(t *testing.T) {
	e := judge.Revisions(0, 1)
	record := func(v1, v2 string) *historytest.Builder {
		b := numbered(twice("rollout/scale"), "web-7c", v1)
		if v2 != "" {
			numbered(b, "web-8d", v2)
		}
		return b
	}
	third := numbered(record("1s 3/1", "31s 3/2"), "web-9e", "32s 3/2")
	judgeAll(t, []judged{
		{"none, then one", e, record("1s 3/1 10.2s 5/1", "31s 0/2 35s 5/2"), judge.Pass, "by 0, 1, from 1 to 2, with 1 new"},
		{"the first deed rolls", e, record("1s 3/1", "11s 3/2"), judge.Fail, "by 1, 0"},
		{"counted: one", counts(e), record("1s 3/1 10.2s 5/1", "31s 0/2 35s 5/2"), judge.Pass, "counted 1"},
		{"counted: two", counts(e), numbered(record("1s 3/1", "11s 3/2"), "web-9e", "31s 3/3"), judge.Fail, "counted 2"},
		{"the second does not", e, record("1s 3/1", ""), judge.Fail, "by 0, 0"},
		{"both do", e, numbered(record("1s 3/1", "11s 3/2"), "web-9e", "31s 3/3"), judge.Fail, "by 1, 1"},
		{"a ReplicaSet too many", e, third, judge.Fail, "2 new ReplicaSets"},
		{"an old one is taken again", e, record("1s 3/1 31s 3/3", "5s 3/2 32s 0/2"), judge.Pass, "from 2 to 3, with 0 new"},
		{"what the undo does is not counted", e, numbered(record("1s 3/1", "31s 3/2"), "web-7c", "60.1s 3/3"), judge.Pass, ""},
		{"another number of deeds", judge.Revisions(0, 0, 1), record("1s 3/1", "31s 3/2"), judge.Invalid, "2 deeds"},
		{"no revisions", e, wants(twice("rollout/scale"), "web-7c", "1s 3/3"), judge.Invalid, "no revision"},
	})
}

func TestPodsKept(t *testing.T) {
	const a = historytest.PodA
	e := judge.PodsKept()
	gone := func(at string) *historytest.Builder {
		b := twice("config/change").Without(history.SourcePod, a)
		return b.State(history.SourcePod, a, "100ms Running "+at+" Terminating", "uid=u-"+a+" node=w1 owner=ReplicaSet/web-7c hash=7c")
	}
	judgeAll(t, []judged{
		{"nothing happens", e, twice("config/change"), judge.Pass, "3 pods, all as they were for 20.00s"},
		{"gone after the last deed", e, gone("31s"), judge.Pass, ""},
		{"gone before it", e, gone("20s"), judge.Fail, a + " went at +20.00s"},
		{"counted: none", counts(e), twice("config/change"), judge.Pass, "counted 0"},
		{"counted: one", counts(e), gone("20s"), judge.Fail, "counted 1"},
		{"restarted before it", e, restarted(twice("config/change"), a, "15s", "16s", ""), judge.Fail, "restarted 1 times"},
		{"restarted after it", e, restarted(twice("config/change"), a, "35s", "36s", ""), judge.Pass, ""},
		{"one deed", e, calm("config/change", "web"), judge.Invalid, "one deed"},
		{"no pods", e, twice("config/change").Without(history.SourcePod, ""), judge.Invalid, "no pod"},
		{"no containers", e, twice("config/change").Without(history.SourceContainer, a+"/web"), judge.Invalid, "no container"},
	})
}

// podVersions gives the answers of lane fresh their versions: each from an instant on.
func podVersions(b *historytest.Builder, pods, line string) *historytest.Builder {
	b.Load(history.LaneFresh, 50, time.Second, "ok:"+pods+"*3950")
	return b.Answers(history.LaneFresh, line)
}

func TestBroughtByRestart(t *testing.T) {
	e := judge.BroughtByRestart()
	const rolls = "1s 3/3/3/3 30.1s 3/4/1/3 40s 3/3/3/3"
	record := func(counts, line string) *historytest.Builder {
		return podVersions(counted(twice("config/change"), counts), "web-7c-a", line)
	}
	judgeAll(t, []judged{
		{"after its rollout", e, record(rolls, "0s v1 32s v2"), judge.Pass, "0 answers of another version before; after +43.00s 0 of"},
		{"the old one until it is propagated", e, record(rolls, "0s v1 42.9s v2"), judge.Pass, ""},
		{"the old one for too long", e, record(rolls, "0s v1 43.1s v2"), judge.Fail, "answers of v1, the others of v2"},
		{"never", e, record(rolls, "0s v1"), judge.Fail, ""},
		{"before the restart", e, record(rolls, "0s v1 29.9s v2"), judge.Fail, "before"},
		{"counted: none before", counts(e), record(rolls, "0s v1 32s v2"), judge.Pass, "counted 0"},
		{"counted: those before", counts(e), record(rolls, "0s v1 29.9s v2"), judge.Fail, "counted 5"},
		{"never complete", e, record("1s 3/3/3/3 30.1s 3/4/1/3", "0s v1 32s v2"), judge.Fail, "not complete"},
		{"complete at the very end", e, record("1s 3/3/3/3 30.1s 3/4/1/3 78s 3/3/3/3", "0s v1 32s v2"), judge.Invalid, "no answer after"},
		{"no versions", e, counted(twice("config/change"), rolls), judge.Invalid, "names its version"},
	})
}

// edited is a bare ReplicaSet's template edited at 10 s and pod a deleted at 30 s;
// d comes in its place, as the version says.
func edited(version string) *historytest.Builder {
	const a, d = historytest.PodA, historytest.PodD
	b := twice("rollout/edit").TargetsOf(1, a).Without(history.SourcePod, a)
	b.State(history.SourcePod, a, "100ms Running 30s Terminating 32s -", "uid=u-"+a+" node=w1 owner=ReplicaSet/web-7c hash=7c")
	pod(b, d, "w1", "7c", "30.1s Pending 32s Running", "33s True", "33s ready")
	b.Instant(history.SourceApp, d, history.AppStart, "32s", "version="+version+" run=1")
	return podVersions(b, historytest.PodB, "0s v1")
}

func TestOnlyReplacedAreNew(t *testing.T) {
	const a, c, d = historytest.PodA, historytest.PodC, historytest.PodD
	e := judge.OnlyReplacedAreNew()
	rolled := edited("v2").Without(history.SourcePod, c)
	rolled.State(history.SourcePod, c, "100ms Running 15s Terminating 16s -", "uid=u-"+c+" node=w2 owner=ReplicaSet/web-7c hash=7c")
	none := edited("v2").Without(history.SourcePod, d).Without(history.SourceApp, d)
	judgeAll(t, []judged{
		{"only the one in its place", e, edited("v2"), judge.Pass, "3 pods of before the edit, all v1; 1 after it"},
		{"the one in its place is old", e, edited("v1"), judge.Fail, d + " came after the edit and is v1"},
		{"another one goes", e, rolled, judge.Fail, c + " went at +15.00s, and nobody had deleted it"},
		{"one changes as it runs", e, edited("v2").Answers(history.LaneFresh, "0s v1 20s v2"), judge.Fail, "answered as v2"},
		{"none comes in its place", e, none, judge.Fail, "0 after it"},
		{"it does not say what it is", e, edited("v2").Without(history.SourceApp, d), judge.Invalid, "does not say with which version"},
		{"nothing was deleted", e, edited("v2").TargetsOf(1, "stranger"), judge.Invalid, "stranger"},
		{"no versions", e, edited("v2").Load(history.LaneFresh, 50, time.Second, "ok:"+a+"*3950"), judge.Invalid, "names its version"},
	})
}
