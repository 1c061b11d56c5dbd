package trial

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A lane of 50/s with a time-out of 900 ms, looked at 10 s after its start: calm
// needs 95 good slots due since 7.1 s, and no bad one.
func TestCalmAtItsEdges(t *testing.T) {
	const now = 10 * time.Second
	slot := func(n int) time.Duration { return time.Duration(n) * 20 * time.Millisecond }
	for name, c := range map[string]struct {
		class func(due time.Duration) (history.Class, bool) // of a slot; false: not in the record
		calm  bool
	}{
		"all good":           {func(time.Duration) (history.Class, bool) { return "", true }, true},
		"nothing":            {func(time.Duration) (history.Class, bool) { return "", false }, false},
		"bad just inside":    {func(d time.Duration) (history.Class, bool) { return bad(d == 7120*time.Millisecond), true }, false},
		"bad at the limit":   {func(d time.Duration) (history.Class, bool) { return bad(d == 7100*time.Millisecond), true }, true},
		"stalled, not bad":   {func(d time.Duration) (history.Class, bool) { return stalled(d >= 9*time.Second), true }, true},
		"stalled too long":   {func(d time.Duration) (history.Class, bool) { return stalled(d >= 8*time.Second), true }, false},
		"95 good":            {func(d time.Duration) (history.Class, bool) { return "", d >= now-slot(95) }, true},
		"94 good":            {func(d time.Duration) (history.Class, bool) { return "", d >= now-slot(94) }, false},
		"good, but long ago": {func(d time.Duration) (history.Class, bool) { return "", d < 7*time.Second }, false},
	} {
		rec := history.NewRecorder(history.StartClock(), nil)
		r := &run{rec: rec, deployed: Deployed{Lanes: []history.LanePlan{{Lane: "fresh", Rate: 50, Timeout: 900 * time.Millisecond}}}}
		calm := r.newCalm(rec)
		for n := range 500 {
			if class, there := c.class(slot(n)); there {
				rec.Sample(history.Sample{Lane: "fresh", Seq: uint64(n), Due: slot(n), Class: class, Pod: "a"})
			}
		}
		if got := calm.at(now); got != c.calm {
			t.Errorf("%s: calm is %t, want %t", name, got, c.calm)
		}
	}
}

func bad(is bool) history.Class {
	if is {
		return history.ClassRefused
	}
	return history.ClassOK
}

func stalled(is bool) history.Class {
	if is {
		return history.ClassStall
	}
	return history.ClassOK
}

// What was recorded before is none of a new calm's business.
func TestCalmBeginsAnew(t *testing.T) {
	rec := history.NewRecorder(history.StartClock(), nil)
	rec.Sample(history.Sample{Lane: "fresh", Due: time.Second, Class: history.ClassRefused, Pod: "a"})
	r := &run{rec: rec, deployed: Deployed{Behind: 1, Lanes: []history.LanePlan{{Lane: "fresh", Rate: 1, Timeout: 900 * time.Millisecond}}}}
	c := r.newCalm(rec)
	for n := range 3 {
		rec.Sample(history.Sample{Lane: "fresh", Due: time.Duration(n+1) * time.Second, Pod: "b"})
	}
	if !c.at(3*time.Second) || len(c.pods["fresh"]) != 1 || !c.pods["fresh"]["b"] {
		t.Errorf("pods %v, last bad %s", c.pods, c.bad)
	}
}

// Bare pods that are gone or have ended are lost; those that nobody applied, those
// that owners make anew, and those that run, are not.
func TestBarePodsThatAreGoneAreLost(t *testing.T) {
	rec := history.NewRecorder(history.StartClock(), nil)
	for name, state := range map[string]string{"runs": "Running", "waits": "Pending", "failed": "Failed", "web-1": "Running"} {
		rec.State(history.Interval{Source: history.SourcePod, Subject: name, State: state})
	}
	r := &run{rec: rec}
	for _, object := range []string{"Pod/runs", "Pod/waits", "Pod/failed", "Pod/deleted", "Deployment/web"} {
		kind, name, _ := strings.Cut(object, "/")
		r.deployed.Applied = append(r.deployed.Applied, json.RawMessage(`{"kind":"`+kind+`","metadata":{"name":"`+name+`"}}`))
	}
	if got := r.gone(); got != 2 {
		t.Errorf("%d are lost, want failed and deleted", got)
	}
}

// A pod whose log says that it was started again, and of which the API does not say so,
// is not whole yet, however ready it is.
func TestRestartsMustBeTold(t *testing.T) {
	start := func(run string) history.Interval {
		return history.Interval{Source: history.SourceApp, Subject: "web-a", State: history.AppStart, Attrs: map[string]string{history.AttrRun: run}}
	}
	container := func(name, restarts string) history.Interval {
		return history.Interval{Source: history.SourceContainer, Subject: name, State: "running", Attrs: map[string]string{history.AttrRestarts: restarts}}
	}
	for name, c := range map[string]struct {
		seen []history.Interval
		told bool
	}{
		"nothing known":         {nil, true},
		"never restarted":       {[]history.Interval{start("1"), container("web-a/web", "0")}, true},
		"not told yet":          {[]history.Interval{start("1"), start("2"), container("web-a/web", "0")}, false},
		"told":                  {[]history.Interval{start("1"), start("2"), container("web-a/web", "0"), container("web-a/web", "1")}, true},
		"without a log":         {[]history.Interval{container("web-a/web", "3")}, true},
		"the log of a pod gone": {[]history.Interval{start("2"), container("web-b/web", "0")}, true},
		"another of its name":   {[]history.Interval{start("2"), start("1"), container("web-a/web", "0")}, true},
	} {
		rec := history.NewRecorder(history.StartClock(), nil)
		for _, i := range c.seen {
			if i.Source == history.SourceApp {
				rec.Instant(i)
			} else {
				rec.State(i)
			}
		}
		r := &run{rec: rec}
		if got := r.whole(0); got != c.told {
			t.Errorf("%s: whole is %t, want %t", name, got, c.told)
		}
	}
}

// Nodes are back once all of them are Ready and have lost what taints came since steady.
func TestNodesBack(t *testing.T) {
	const steady = 5 * time.Second
	for name, c := range map[string]struct {
		source, subject, state string
		from                   time.Duration
		back                   bool
	}{
		"ready":               {history.SourceNode, "w1", "True", 20 * time.Second, true},
		"silent":              {history.SourceNode, "w1", "Unknown", 8 * time.Second, false},
		"tainted by the loss": {history.SourceTaint, "w1/node.kubernetes.io/unreachable:NoExecute", "present", 8 * time.Second, false},
		"tainted for long":    {history.SourceTaint, "cp/node-role.kubernetes.io/control-plane:NoSchedule", "present", 0, true},
	} {
		rec := history.NewRecorder(history.StartClock(), nil)
		rec.State(history.Interval{Source: history.SourceNode, Subject: "w2", State: "True"})
		rec.State(history.Interval{Source: c.source, Subject: c.subject, State: c.state, From: c.from})
		if got := (&run{rec: rec, steadyAt: steady}).nodesBack(); got != c.back {
			t.Errorf("%s: back is %t, want %t", name, got, c.back)
		}
	}
}

// A taint that the fault took off, and that is there again, is no news.
func TestNodesBackWithTheTaintOfBefore(t *testing.T) {
	const taint = "cp/node-role.kubernetes.io/control-plane:NoSchedule"
	rec := history.NewRecorder(history.StartClock(), nil)
	rec.State(history.Interval{Source: history.SourceTaint, Subject: taint, State: "present"})
	rec.End(history.SourceTaint, taint, 8*time.Second)
	rec.State(history.Interval{Source: history.SourceTaint, Subject: taint, State: "present", From: 20 * time.Second})
	if !(&run{rec: rec, steadyAt: 5 * time.Second}).nodesBack() {
		t.Error("not back")
	}
}
