package faults

import (
	"fmt"
	"strconv"
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

// What either version of cgroups writes is read, whatever else it says before.
func FuzzParseCPU(f *testing.F) {
	f.Add("usage_usec 2000000\nnr_periods 20", uint32(2_000_000), uint32(20), uint32(19))
	f.Fuzz(func(t *testing.T, noise string, had, periods, throttled uint32) {
		want := cpuUse{time.Duration(had) * time.Microsecond, int64(periods), int64(throttled)}
		rest := fmt.Sprintf("nr_periods %d\nnr_throttled %d\n", periods, throttled)
		for _, usage := range []string{fmt.Sprintf("usage_usec %d", had), strconv.FormatInt(int64(had)*1000, 10)} {
			if got, err := parseCPU(noise + "\n" + usage + "\n" + rest); got != want || err != nil {
				t.Errorf("after %q: %+v, %v, want %+v", noise, got, err, want)
			}
		}
	})
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
