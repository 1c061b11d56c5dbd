package suites

import (
	"testing"
	"time"
)

// The example of Count, and the ends of a Range.
func TestChoicesHold(t *testing.T) {
	none, few, many := Count{0, 0}, Count{1, 9}, Count{10, -1}
	for n, want := range map[int][3]bool{0: {true, false, false}, 1: {false, true, false}, 9: {false, true, false}, 10: {false, false, true}, 1 << 30: {false, false, true}} {
		if got := [3]bool{none.Holds(n), few.Holds(n), many.Holds(n)}; got != want {
			t.Errorf("%d: %v, want %v", n, got, want)
		}
	}
	r, open := Range{time.Second, 2 * time.Second}, Range{From: time.Second}
	if r.Holds(time.Second-1) || !r.Holds(time.Second) || r.Holds(2*time.Second) || !open.Holds(time.Hour) {
		t.Error("a range holds its beginning and not its end")
	}
}
