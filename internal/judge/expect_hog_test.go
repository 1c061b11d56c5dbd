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

// hog is a pod of its own Deployment on w1 that takes more than its share from 10 s on.
func hog(limits string) *historytest.Builder {
	b := calm("pressure/some-hog", "hog-1-x").Apply(`{"kind":"Deployment","metadata":{"name":"hog"},"spec":{"replicas":1,
		"template":{"spec":{"containers":[{"name":"web","resources":{"limits":{` + limits + `}}}]}}}}`)
	b.State(history.SourcePod, "hog-1-x", "1s Running", "uid=u-hog node=w1 owner=ReplicaSet/hog-1 hash=1")
	b.State(history.SourceContainer, "hog-1-x/web", "1s running", "uid=u-hog restarts=0")
	return b.State(history.SourceCondition, "w1/DiskPressure", "0s False").State(history.SourceCondition, "w1/MemoryPressure", "0s False")
}

func TestThrottled(t *testing.T) {
	burns := func(periods, throttled string) *historytest.Builder {
		return hog("").State(history.SourceCPU, "hog-1-x", "10s burning 13s -", "ms=300 periods="+periods+" throttled="+throttled)
	}
	x := judge.Throttled()
	judgeAll(t, []judged{
		{"held back", x, burns("30", "29"), judge.Pass, "300 ms of processor time in 3.00s, held back in 29 of 30 periods"},
		{"hardly", x, burns("30", "15"), judge.Fail, ""},
		{"restarted", x, burns("30", "29").Without(history.SourceContainer, "hog-1-x/web").
			State(history.SourceContainer, "hog-1-x/web", "1s running 20s -", "uid=u-hog restarts=0").
			State(history.SourceContainer, "hog-1-x/web", "20s running", "uid=u-hog restarts=1"), judge.Fail, "1 restarts"},
		{"replaced by the undo", x, burns("30", "29").Without(history.SourceContainer, "hog-1-x/web").
			State(history.SourceContainer, "hog-1-x/web", "1s running 61s -", "uid=u-hog restarts=0"), judge.Pass, "0 restarts"},
		{"no limit", x, burns("0", "0"), judge.Fail, ""},
		{"nobody counted", x, hog(""), judge.Invalid, "how much processor time"},
	})
	if f := x.Judge(built(burns("30", "29"))); f.Count == nil || *f.Count != 96 {
		t.Errorf("29 of 30 periods are not counted as 96 of a hundred: %+v", f)
	}
}

func TestNoPressure(t *testing.T) {
	x := judge.NoPressure("MemoryPressure")
	pressed := hog("").State(history.SourceCondition, "w1/MemoryPressure", "20s True 50s False")
	before := hog("").Without(history.SourceCondition, "w1/MemoryPressure").State(history.SourceCondition, "w1/MemoryPressure", "2s True 5s False")
	judgeAll(t, []judged{
		{"never", x, hog(""), judge.Pass, "w1: never"},
		{"once", x, pressed, judge.Fail, "w1: MemoryPressure at +20.00s"},
		{"before the deed", x, before, judge.Pass, ""},
		{"unknown", x, hog("").Without(history.SourceCondition, ""), judge.Invalid, "no condition MemoryPressure"},
	})
}

func TestMemoryPressureSeen(t *testing.T) {
	taken := func(line string) *historytest.Builder {
		return calm("pressure/node-memory", "w1").State(history.SourceNode, "w1", "0s True").
			State(history.SourceCondition, "w1/MemoryPressure", line).
			Meta(func(m *history.Meta) {
				m.Settings.Kubelets["w1"] = history.Kubelet{EvictionHard: map[string]string{"memory.available": "22Gi"}}
			})
	}
	x := judge.MemoryPressureSeen()
	judgeAll(t, []judged{
		{"in time", x, taken("0s False 20s True"), judge.Pass, "after 10.00s"},
		{"too late", x, taken("0s False 31.1s True"), judge.Fail, ""},
		{"never", x, taken("0s False"), judge.Fail, "never"},
		{"eviction is off", x, taken("0s False 20s True").Meta(func(m *history.Meta) { m.Settings.Kubelets = nil }), judge.Fail, ""},
	})
}

func TestEvictedForDisk(t *testing.T) {
	const limit = `"ephemeral-storage":"100"`
	wrote := func(b *historytest.Builder) *historytest.Builder {
		return b.Instant(history.SourceApp, "hog-1-x", history.AppFill, "12s", "bytes=90").
			Instant(history.SourceApp, "hog-1-x", history.AppFill, "13s", "bytes=120")
	}
	evicted := func(at, message string) *historytest.Builder {
		b := wrote(hog(limit)).Without(history.SourcePod, "hog-1-x").
			State(history.SourcePod, "hog-1-x", "1s Running "+at+" Failed", "uid=u-hog node=w1 owner=ReplicaSet/hog-1 hash=1 reason=Evicted")
		return b.Detail(history.SourcePod, "hog-1-x", message)
	}
	const why = "Pod ephemeral local storage usage exceeds the total limit of containers 100."
	x := judge.EvictedForDisk()
	judgeAll(t, []judged{
		{"in time", x, evicted("30s", why), judge.Pass, "after 18.00s"},
		{"too early", x, evicted("11s", why), judge.Fail, ""},
		{"too late", x, evicted("36.1s", why), judge.Fail, ""},
		{"for another reason", x, evicted("30s", "The node was low on resource: memory."), judge.Fail, "low on resource"},
		{"never", x, wrote(hog(limit)), judge.Fail, "never"},
		{"not past its limit", x, hog(limit), judge.Invalid, "never wrote past"},
	})
}

func TestEvictedInOrder(t *testing.T) {
	gone := func(first, second string) *historytest.Builder {
		b := calm("pressure/node-memory", "w1")
		for name, line := range map[string]string{"best-effort": first, "burstable": second} {
			b.Apply(`{"kind":"Deployment","metadata":{"name":"` + name + `"}}`)
			b.State(history.SourcePod, name+"-1-x", "1s Running", "uid=u-"+name+" node=w1 owner=ReplicaSet/"+name+"-1 hash=1")
			if line != "" {
				b.State(history.SourcePod, name+"-1-x", line+" Failed", "uid=u-"+name+" node=w1 owner=ReplicaSet/"+name+"-1 hash=1 reason=Evicted")
			}
		}
		return b
	}
	x := judge.EvictedInOrder("best-effort", "burstable")
	other := gone("20s", "30s").State(history.SourcePod, historytest.PodA, "40s Failed", "uid=u-"+historytest.PodA+" node=w1 owner=ReplicaSet/web-7c hash=7c reason=Evicted")
	judgeAll(t, []judged{
		{"in order", x, gone("20s", "30s"), judge.Pass, "best-effort at +20.00s, burstable at +30.00s"},
		{"the wrong one first", x, gone("30s", "20s"), judge.Fail, ""},
		{"one only", x, gone("20s", ""), judge.Fail, ""},
		{"nobody", x, gone("", ""), judge.Fail, "nobody was evicted"},
		{"a Guaranteed one too", x, other, judge.Fail, "web at +40.00s"},
	})
}

func TestReplacedMeanwhile(t *testing.T) {
	x := judge.ReplacedMeanwhile()
	// The hog at 10 s, pod a deleted at 20 s, undone at 60 s.
	deleted := func(ready string) *historytest.Builder {
		b := hog("").Deed("20s", historytest.PodA)
		b.Without(history.SourcePod, historytest.PodA).State(history.SourcePod, historytest.PodA, "900ms Running 20.1s Terminating 22s -", "uid=u-"+historytest.PodA+" node=w1 owner=ReplicaSet/web-7c hash=7c")
		return pod(b, historytest.PodD, "w1", "7c", "20s Pending "+ready+" Running", ready+" True", ready+" ready")
	}
	judgeAll(t, []judged{
		{"at once", x, deleted("22s"), judge.Pass, "after 2.00s"},
		{"only after the undo", x, deleted("62s"), judge.Fail, ""},
		{"undone too soon", x, deleted("62s").Marks("deploy 0s warm 1s steady 3s fault 10s recover 20.5s settled 70s drain 80s").TargetsOf(0, "hog-1-x").Deed("20s", historytest.PodA), judge.Invalid, "it was undone"},
	})
}

func TestLatencyWithin(t *testing.T) {
	slow := func(took time.Duration) *history.History {
		h := built(hog(""))
		for i := range h.Samples {
			h.Samples[i].Sent, h.Samples[i].Took = h.Samples[i].Due, 2*time.Millisecond
			if x := h.Samples[i]; x.Due > 11*time.Second && x.Due < 60*time.Second && x.Seq%50 == 0 {
				h.Samples[i].Took = took
			}
		}
		return h
	}
	limit := judge.LatencyWithin(30 * time.Millisecond)
	for took, want := range map[time.Duration]judge.Status{30 * time.Millisecond: judge.Pass, 31 * time.Millisecond: judge.Fail} {
		if got := limit.Judge(slow(took)); got.Status != want || *got.Measured != float64(took.Milliseconds()) {
			t.Errorf("2 of 100 answers took %s: %+v", took, got)
		}
	}
	// The machine was as slow before anything was done.
	busy := slow(30 * time.Millisecond)
	for i := range busy.Samples {
		if busy.Samples[i].Due < 10*time.Second {
			busy.Samples[i].Took = 16 * time.Millisecond
		}
	}
	if got := limit.Judge(busy); got.Status != judge.Invalid || !strings.Contains(got.Got, "took 16ms before anything was done") {
		t.Errorf("a busy machine: %+v", got)
	}
	if got := limit.Judge(built(hog("").Marks("deploy 0s warm 1s steady 3s fault 10s seen 11s recover 11.5s drain 80s").Targets("hog-1-x"))); got.Status != judge.Invalid || !strings.Contains(got.Got, "too few for a percentile") {
		t.Errorf("too few: %+v", got)
	}
	// Whoever was refused at once had no answer in time.
	refused := slow(time.Millisecond)
	for i := range refused.Samples {
		if x := &refused.Samples[i]; x.Due > 11*time.Second && x.Due < 60*time.Second && x.Seq%50 == 0 {
			x.Class = history.ClassRefused
		}
	}
	if got := limit.Judge(refused); got.Status != judge.Fail || *got.Measured != float64(historytest.Timeout.Milliseconds()) {
		t.Errorf("2 of 100 refused: %+v", got)
	}
}

func TestAPIAnswersWithin(t *testing.T) {
	asked := func(n, slow int, state string) *historytest.Builder {
		b := hog("")
		for i := range n {
			from, to, how := fmt.Sprintf("%dms", 11000+200*i), fmt.Sprintf("%dms", 11050+200*i), history.StateAnswered
			if i < slow {
				how = state
			}
			if i < slow && state == history.StateAnswered {
				to = fmt.Sprintf("%dms", 14000+200*i)
			}
			b.State(history.SourceAPI, fmt.Sprintf("list pods, %d", i), from+" "+how+" "+to+" -")
		}
		return b
	}
	x := judge.APIAnswersWithin(time.Second)
	judgeAll(t, []judged{
		{"fast", x, asked(100, 0, ""), judge.Pass, "99 of 100 within 50ms, 0 of 100 late"},
		{"one is slow", x, asked(100, 1, history.StateAnswered), judge.Pass, ""},
		{"two are", x, asked(100, 2, history.StateAnswered), judge.Fail, "within 3.00s, 2 of 100 late"},
		{"two are refused", x, asked(100, 2, history.StateRefused), judge.Fail, "within 50ms, 2 of 100 late or refused"},
		{"hardly asked", x, asked(49, 0, ""), judge.Invalid, "asked 49 times"},
	})
	if f := x.Judge(built(asked(100, 2, history.StateAnswered))); f.Count == nil || *f.Count != 98 {
		t.Errorf("98 answers in time are not counted: %+v", f)
	}
}
