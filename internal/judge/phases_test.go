package judge_test

import (
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// down is a deadlock in the only pod that matters, with the load of one lane at
// 10/s from 9 s on, down from the deed at 10 s until the pod serves again.
func down(term, exit, start, ready time.Duration) *historytest.Builder {
	b := stuck(term.String(), exit.String(), start.String(), ready.String())
	back := ready + 300*time.Millisecond // routes follow
	slots := strings.Repeat("ok ", 10) + strings.Repeat("XX ", int((back-10*time.Second)/(100*time.Millisecond))) + strings.Repeat("ok ", 20)
	return b.Load("measured", 10, 9*time.Second, slots)
}

func phase(all []judge.Phase, name string) float64 {
	for _, p := range all {
		if p.Name == name {
			return p.Ms
		}
	}
	return math.NaN()
}

// near reports whether a length is as wanted, to a millisecond: one that is not there is not.
func near(got, want float64) bool { return math.Abs(got-want) <= 1 }

func TestPhases(t *testing.T) {
	all := judge.Phases(down(13500*time.Millisecond, 23500*time.Millisecond, 24*time.Second, 26*time.Second).Build(), "measured")
	sum := 0.0
	for _, p := range all {
		sum += p.Ms
	}
	for name, want := range map[string]float64{"until it is no endpoint": 1600, "until the kubelet acts": 1900, "grace period": 10_000, "container start": 500, "until routes follow": 300} {
		if got := phase(all, name); !near(got, want) {
			t.Errorf("%s: %g ms, want %g", name, got, want)
		}
	}
	if !near(sum, 16_300) || !math.IsNaN(phase(all, judge.Unexplained)) {
		t.Errorf("%g ms in all: %+v", sum, all)
	}
}

// Where the node that the load comes from says when its routes have followed, they are
// waited for until then only: who takes them is another question.
func TestPhasesUntilRoutesAreThere(t *testing.T) {
	h := down(13500*time.Millisecond, 23500*time.Millisecond, 24*time.Second, 26*time.Second).
		Instant(history.SourceRoute, "cp", "10.0.0.2", "11.65s", "service=trial/web/tcp/http").
		Instant(history.SourceRoute, "cp", "10.0.0.1 10.0.0.2", "26.1s", "service=trial/web/tcp/http").Build()
	h.Meta.Namespace = "trial"
	before := judge.Phases(h, "measured")
	if got := phase(before, "until routes follow"); !near(got, 300) {
		t.Errorf("the address is not known: until routes follow %g ms, want 300", got)
	}
	at(h, historytest.PodA, "10.0.0.1")
	all := judge.Phases(h, "measured")
	for name, want := range map[string]float64{"until routes follow": 150, "until a connection takes them": 200} {
		if got := phase(all, name); !near(got, want) {
			t.Errorf("%s: %g ms, want %g: %+v", name, got, want, all)
		}
	}
	if !math.IsNaN(phase(all, judge.Unexplained)) {
		t.Errorf("unexplained: %+v", all)
	}
}

// What the routes' sensor does not say of the pod's turn is not taken for it.
func TestPhasesWithoutRoutesOfTheirOwn(t *testing.T) {
	for name, change := range map[string]func(*historytest.Builder){
		"the routes had followed before the API's news came here, and were written again for another pod": func(b *historytest.Builder) {
			b.Instant(history.SourceRoute, "cp", "10.0.0.1 10.0.0.2", "25.8s", "service=trial/web/tcp/http").
				Instant(history.SourceRoute, "cp", "10.0.0.1 10.0.0.2 10.0.0.3", "26.15s", "service=trial/web/tcp/http")
		},
		"another Service": func(b *historytest.Builder) {
			b.Instant(history.SourceRoute, "cp", "10.0.0.1", "26.1s", "service=trial/web-canary/tcp/http")
		},
		"another namespace": func(b *historytest.Builder) {
			b.Instant(history.SourceRoute, "cp", "10.0.0.1", "26.1s", "service=other/web/tcp/http")
		},
		"the sensor was blind": func(b *historytest.Builder) {
			b.Instant(history.SourceRoute, "cp", "10.0.0.1", "26.1s", "service=trial/web/tcp/http").Gap(history.SourceRoute, "cp", "26.02s..26.05s")
		},
		"the load came from a pod": func(b *historytest.Builder) {
			b.Instant(history.SourceRoute, "cp", "10.0.0.1", "26.1s", "service=trial/web/tcp/http").
				Meta(func(m *history.Meta) { m.Load[0].Via = history.ViaPod })
		},
	} {
		b := down(13500*time.Millisecond, 23500*time.Millisecond, 24*time.Second, 26*time.Second)
		change(b)
		h := b.Build()
		h.Meta.Namespace = "trial"
		at(h, historytest.PodA, "10.0.0.1")
		if all := judge.Phases(h, "measured"); !near(phase(all, "until routes follow"), 300) {
			t.Errorf("%s: until routes follow %g ms, want 300: %+v", name, phase(all, "until routes follow"), all)
		}
	}
}

// at gives a pod its address as an endpoint.
func at(h *history.History, pod, address string) {
	for i := range h.Intervals {
		if e := &h.Intervals[i]; e.Source == history.SourceEndpoint && e.Subject == pod {
			e.Attrs = maps.Clone(e.Attrs)
			e.Attrs[history.AttrAddress] = address
		}
	}
}

// A grace period that is 5 s longer moves exactly that phase by 5 s.
func TestALongerGracePeriodMovesItsPhase(t *testing.T) {
	short := judge.Phases(down(13500*time.Millisecond, 18*time.Second, 19*time.Second, 21*time.Second).Build(), "measured")
	long := judge.Phases(down(13500*time.Millisecond, 23*time.Second, 24*time.Second, 26*time.Second).Build(), "measured")
	if len(long) < 4 || len(long) != len(short) {
		t.Fatalf("%d and %d phases", len(short), len(long))
	}
	for _, p := range long {
		by := 0.0
		if p.Name == "grace period" {
			by = 5000
		}
		if got := p.Ms - phase(short, p.Name); !near(got, by) {
			t.Errorf("%s moved by %g ms, want %g", p.Name, got, by)
		}
	}
}

// An app that exits by itself was not waited for as one that had been asked to go is: the
// same exits, told by its own log and by its node's runtime, with and without a SIGTERM before.
func TestAnExitOfItsOwn(t *testing.T) {
	const a = historytest.PodA
	slots := strings.Repeat("ok ", 10) + strings.Repeat("XX ", 40) + strings.Repeat("ok ", 20)
	exits := func(by string) *historytest.Builder {
		b := restarted(calm("app/exit", a), a, "12s", "13s", "reason=Error exitCode=1").Load("measured", 10, 9*time.Second, slots)
		if by == "log" {
			return b.Instant(history.SourceApp, a, history.AppExit, "12s", "run=1")
		}
		return b.Instant(history.SourceRuntime, "first", "exit", "12s", "containerID=first")
	}
	for _, by := range []string{"log", "runtime"} {
		own := judge.Phases(exits(by).Build(), "measured")
		if got := phase(own, "until the process ends"); !near(got, 2000) || !math.IsNaN(phase(own, "grace period")) {
			t.Errorf("%s, nobody asked it to: %+v, want 2 s until the process ends", by, own)
		}
		told := judge.Phases(exits(by).Instant(history.SourceApp, a, history.AppSIGTERM, "11s", "run=1").Build(), "measured")
		if got := phase(told, "grace period"); !near(got, 1000) || !math.IsNaN(phase(told, "until the process ends")) {
			t.Errorf("%s, asked to: %+v, want 1 s of grace", by, told)
		}
		// Who asked the one before asked nobody else.
		before := exits(by).Instant(history.SourceApp, a, history.AppSIGTERM, "10.2s", "run=1").Instant(history.SourceApp, a, history.AppStart, "11s", "run=2")
		if got := phase(judge.Phases(before.Build(), "measured"), "until the process ends"); !near(got, 1000) {
			t.Errorf("%s, asked its predecessor to: %g ms until the process ends, want 1000", by, got)
		}
	}
}

// What lies between no two observations is said to be unexplained.
func TestUnexplained(t *testing.T) {
	const a = historytest.PodA
	slots := strings.Repeat("ok:"+a+" ", 10) + strings.Repeat("XX ", 100) + strings.Repeat("ok:"+a+" ", 10)
	nobody := calm("app/deadlock", a).Load("measured", 10, 9*time.Second, slots)
	if got := phase(judge.Phases(nobody.Build(), "measured"), judge.Unexplained); !near(got, 10_000) {
		t.Errorf("nothing was seen after the deed: %g ms unexplained, want 10,000", got)
	}
	// Requests time out after 0.9 s: what was down longer before the deed was no deed of its.
	early := stuck("13.5s", "23.5s", "24s", "26s").Load("measured", 10, 7*time.Second, "ok "+strings.Repeat("XX ", 189)+strings.Repeat("ok ", 20))
	all := judge.Phases(early.Build(), "measured")
	for name, want := range map[string]float64{judge.Unexplained: 2000, "under way at the fault": 900} {
		if got := phase(all, name); !near(got, want) {
			t.Errorf("down since before the deed, %s: %g ms, want %g: %+v", name, got, want, all)
		}
	}
	if all := judge.Phases(calm("app/deadlock", a).Build(), history.LaneFresh); all != nil {
		t.Errorf("nothing was down: %+v", all)
	}
}
