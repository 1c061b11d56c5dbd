package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

const (
	firstRun = `{"seq":1,"run":1,"state":"start","pid":"1"}
something that is no event
{"seq":2,"run":1,"state":"exit","code":"1"}`
	cutRun    = `{"seq":1,"run":1,"state":"start","pid":"1"}`
	secondRun = `{"seq":3,"run":2,"state":"start","pid":"1"}`
)

// gonePod is a trial in which pod a's container exits at 10 s and is started again,
// and the pod is gone from 20 s on.
func gonePod() *historytest.Builder {
	const a = historytest.PodA
	b := lives(calm("app/exit", a), a, "web", "900ms..10.1s", "11s..19s")
	b.Without(history.SourcePod, a).State(history.SourcePod, a, "100ms Pending 900ms Running 18s Terminating 20s -",
		"uid=u-"+a+" node=w1 owner=ReplicaSet/web-7c hash=7c")
	b.Instant(history.SourceApp, a, history.AppStart, "1s", "run=1")
	b.Instant(history.SourceApp, a, history.AppExit, "10s", "run=1 code=1")
	return b.Instant(history.SourceApp, a, history.AppStart, "11s", "run=2")
}

func TestPreviousLog(t *testing.T) {
	const a = historytest.PodA
	e := judge.PreviousLog()
	asked := func(code, output string) *historytest.Builder {
		return gonePod().Command("kubectl logs --previous "+a, code, "13s..13.2s", output)
	}
	// The runtime made the second container at 10.5 s, started it at 11 s.
	removed := func(when string, b *historytest.Builder) *historytest.Builder {
		return b.Instant(history.SourceRuntime, "w1", "create", "800ms", "containerID="+a+"/web-0").
			Instant(history.SourceRuntime, "w1", "create", "10.5s", "containerID="+a+"/web-1").
			Instant(history.SourceRuntime, "w1", "delete", when, "containerID="+a+"/web-0")
	}
	const lost = "unable to retrieve container logs for containerd://web-0"
	judgeAll(t, []judged{
		{"lost to the kubelet's collector", e, removed("10.7s", asked("0", lost)), judge.Pass, "0 lines of run 1"},
		{"listed as the next was made, removed as it ran", e, removed("11.1s", asked("0", lost)), judge.Pass, "0 lines of run 1"},
		{"collected, and the API server is gone", e, removed("10.7s", asked("1", "connection refused")), judge.Fail, "connection refused"},
		{"collected while it was read", e, removed("10.7s", asked("0", firstRun)), judge.Pass, "2 lines of run 1"},
		{"collected, and the wrong run printed", e, removed("10.7s", asked("0", secondRun)), judge.Fail, "1 of later runs"},
		{"removed before the next was made", e, removed("10.3s", asked("0", lost)), judge.Fail, "0 lines of run 1"},
		{"removed when the next ran", e, removed("11.5s", asked("0", lost)), judge.Fail, "0 lines of run 1"},
		{"the first run", e, asked("0", firstRun), judge.Pass, "2 lines of run 1"},
		{"the run that is going on", e, asked("0", secondRun), judge.Fail, "1 of later runs"},
		{"not to its end", e, asked("0", cutRun), judge.Fail, "its exit among them: false"},
		{"refused", e, asked("1", `previous terminated container "web" in pod not found`), judge.Fail, "exit code 1"},
		{"nobody asked", e, gonePod(), judge.Invalid, "was not asked"},
		{"nothing exited", e, asked("0", firstRun).Without(history.SourceApp, a), judge.Invalid, "does not say that its process exited"},
	})
}

func TestGoneRefused(t *testing.T) {
	const a = historytest.PodA
	e := judge.GoneRefused()
	asked := func(code, when, output string) *historytest.Builder {
		return gonePod().Command("kubectl logs --previous "+a, "0", "13s..13.2s", "").Command("kubectl logs "+a, code, when, output)
	}
	const notFound = `Error from server (NotFound): pods "web-7c-a" not found`
	judgeAll(t, []judged{
		{"refused", e, asked("1", "21s..21.2s", notFound), judge.Pass, "1.00s after the pod was gone"},
		{"answered", e, asked("0", "21s..21.2s", secondRun), judge.Fail, "exit code 0"},
		{"failed for another reason", e, asked("1", "21s..21.2s", "connection refused"), judge.Fail, "connection refused"},
		{"counted: nothing printed", counts(e), asked("1", "21s..21.2s", notFound), judge.Pass, "counted 0"},
		{"counted: one run printed", counts(e), asked("0", "21s..21.2s", secondRun), judge.Fail, "counted 1"},
		{"asked before it was gone", e, asked("0", "19s..19.2s", secondRun), judge.Invalid, "was not asked"},
		{"nobody asked", e, gonePod(), judge.Invalid, "was not asked"},
	})
}

func TestEvidenceKept(t *testing.T) {
	const a = historytest.PodA
	e := judge.EvidenceKept()
	kept := func(state, bytes string) *historytest.Builder {
		return gonePod().Instant(history.SourceSaved, a+"/web", "whole", "10.2s", "uid=u-"+a+" restarts=0 bytes=812").
			Instant(history.SourceSaved, a+"/web", state, "19.1s", "uid=u-"+a+" restarts=1 bytes="+bytes)
	}
	judgeAll(t, []judged{
		{"both", e, kept("whole", "640"), judge.Pass, "start 2: 640 bytes kept, 1 lines in the record"},
		{"one broke off", e, kept("part", "640"), judge.Fail, "start 2: 0 bytes"},
		{"one is empty", e, kept("whole", "0"), judge.Fail, "start 2: 0 bytes"},
		{"one is another pod's of that name", e, gonePod().Instant(history.SourceSaved, a+"/web", "whole", "19.1s", "uid=other restarts=0 bytes=5"), judge.Fail, "start 1: 0 bytes"},
		{"no lines in the record", e, kept("whole", "640").Without(history.SourceApp, a), judge.Fail, "0 lines"},
		{"nobody says what was kept", e, gonePod(), judge.Invalid, "does not say which logs"},
	})
}
