package history

import (
	"testing"
	"time"
)

func TestLanePlanInterval(t *testing.T) {
	for rate, want := range map[int]time.Duration{50: 20 * time.Millisecond, 1: time.Second, 0: time.Second} {
		if got := (LanePlan{Rate: rate}).Interval(); got != want {
			t.Errorf("rate %d: got %s, want %s", rate, got, want)
		}
	}
}

func TestClassesAreGoodFailedOrSkipped(t *testing.T) {
	for class, want := range map[Class]string{
		ClassOK: "good", ClassRefused: "failed", ClassTimeoutBody: "failed", ClassRetried: "failed", ClassProtocol: "failed",
		ClassStall: "skipped", ClassPorts: "skipped", ClassTesterDNS: "skipped", ClassSaturated: "skipped",
		"skipped:": "failed", // no reason given: not to be believed
	} {
		got := "good"
		if class.Failed() {
			got = "failed"
		}
		if class.Skipped() {
			got = "skipped"
		}
		if got != want || class.Failed() && class.Skipped() {
			t.Errorf("%q: got %s, want %s", class, got, want)
		}
	}
}

func TestIntervalsHoldFromTheirFirstInstantOnButNotAtTheirLast(t *testing.T) {
	span, instant, open := Interval{From: 10, To: 20}, Interval{From: 10, To: 10}, Interval{From: 10, To: Open}
	for _, tt := range []struct {
		name string
		i    Interval
		at   time.Duration
		want bool
	}{
		{"before", span, 9, false}, {"first", span, 10, true}, {"within", span, 19, true}, {"last", span, 20, false},
		{"instant before", instant, 9, false}, {"instant", instant, 10, true}, {"instant after", instant, 11, false},
		{"open", open, 1 << 60, true},
	} {
		if got := tt.i.At(tt.at); got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
	for _, tt := range []struct {
		name     string
		i        Interval
		from, to time.Duration
		want     bool
	}{
		{"before", span, 0, 10, false}, {"into it", span, 0, 11, true}, {"out of it", span, 19, 30, true}, {"after", span, 20, 30, false},
		{"instant at the beginning", instant, 10, 11, true}, {"instant at the end", instant, 0, 10, false}, {"instant within", instant, 0, 11, true},
		{"open", open, 100, 200, true},
	} {
		if got := tt.i.Overlaps(tt.from, tt.to); got != tt.want {
			t.Errorf("overlap %s: got %v", tt.name, got)
		}
	}
}

func TestClocksOfOneMachineAgree(t *testing.T) {
	c := StartClock()
	now, mono := c.Now(), c.At(MonotonicNow())
	if d := (mono - now).Abs(); d > time.Second {
		t.Errorf("the monotonic clock is %s off", d)
	}
	if d := (c.AtWall(time.Now()) - now).Abs(); d > time.Second {
		t.Errorf("the wall clock is %s off", d)
	}
	if got := c.At(c.Monotonic + 5); got != 5 {
		t.Errorf("got %s", got)
	}
}
