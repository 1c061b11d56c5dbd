package judge_test

import (
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

func TestPhases(t *testing.T) {
	all := judge.Phases(down(13500*time.Millisecond, 23500*time.Millisecond, 24*time.Second, 26*time.Second).Build(), "measured")
	sum := 0.0
	for _, p := range all {
		sum += p.Ms
	}
	for name, want := range map[string]float64{"until it is no endpoint": 1600, "until the kubelet acts": 1900, "grace period": 10_000, "container start": 500, "until routes follow": 300} {
		if got := phase(all, name); math.Abs(got-want) > 1 {
			t.Errorf("%s: %g ms, want %g", name, got, want)
		}
	}
	if math.Abs(sum-16_300) > 1 || !math.IsNaN(phase(all, judge.Unexplained)) {
		t.Errorf("%g ms in all: %+v", sum, all)
	}
}

// A grace period that is 5 s longer moves exactly that phase by 5 s.
func TestALongerGracePeriodMovesItsPhase(t *testing.T) {
	short := judge.Phases(down(13500*time.Millisecond, 18*time.Second, 19*time.Second, 21*time.Second).Build(), "measured")
	long := judge.Phases(down(13500*time.Millisecond, 23*time.Second, 24*time.Second, 26*time.Second).Build(), "measured")
	for _, p := range long {
		by := 0.0
		if p.Name == "grace period" {
			by = 5000
		}
		if got := p.Ms - phase(short, p.Name); math.Abs(got-by) > 1 {
			t.Errorf("%s moved by %g ms, want %g", p.Name, got, by)
		}
	}
}

// What lies between no two observations is said to be unexplained.
func TestUnexplained(t *testing.T) {
	const a = historytest.PodA
	slots := strings.Repeat("ok ", 10) + strings.Repeat("XX ", 100) + strings.Repeat("ok ", 10)
	nobody := calm("app/deadlock", a).Load("measured", 10, 9*time.Second, slots)
	if got := phase(judge.Phases(nobody.Build(), "measured"), judge.Unexplained); math.Abs(got-10_000) > 1 {
		t.Errorf("nothing was seen after the deed: %g ms unexplained, want 10,000", got)
	}
	if all := judge.Phases(calm("app/deadlock", a).Build(), history.LaneFresh); all != nil {
		t.Errorf("nothing was down: %+v", all)
	}
}
