package faults

import (
	"testing"
	"time"
)

func TestParseCPU(t *testing.T) {
	want := cpuUse{2 * time.Second, 20, 19}
	for _, out := range []string{
		"2000000000\nnr_periods 20\nnr_throttled 19\nthrottled_time 88\n",
		"usage_usec 2000000\nuser_usec 1900000\nnr_periods 20\nnr_throttled 19\n",
	} {
		if got, err := parseCPU(out); got != want || err != nil {
			t.Errorf("%q is %+v, %v", out, got, err)
		}
	}
	for _, out := range []string{"", "nr_periods 20\n", "usage_usec many\n"} {
		if got, err := parseCPU(out); err == nil {
			t.Errorf("%q is %+v", out, got)
		}
	}
	if got := want.since(cpuUse{time.Second, 10, 10}); got != (cpuUse{time.Second, 10, 9}) {
		t.Errorf("%+v", got)
	}
}

func FuzzParseCPU(f *testing.F) {
	f.Add("usage_usec 2000000\nnr_periods 20\n")
	f.Fuzz(func(_ *testing.T, out string) { _, _ = parseCPU(out) })
}

// The example of coresFor, and what a node is left at least.
func TestCoresFor(t *testing.T) {
	for _, c := range []struct {
		took, in time.Duration
		want     float64
	}{{600 * time.Millisecond, 2 * time.Second, 0.45}, {time.Second, 3 * time.Second, 0.5}, {0, time.Second, leastCores}} {
		if got := coresFor(c.took, c.in); got != c.want {
			t.Errorf("%s in %s: %g cores, want %g", c.took, c.in, got, c.want)
		}
	}
}
