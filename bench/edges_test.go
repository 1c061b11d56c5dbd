package main

import (
	"reflect"
	"testing"

	"github.com/seatrial/seatrial/bench/target"
)

func at(ms float64) int64 { return int64(ms * 1e6) }

func TestWindowsOf(t *testing.T) {
	h := func(ms float64, good bool) hit { return hit{At: at(ms), Good: good} }
	got := windowsOf([]hit{h(0, true), h(2, false), h(4, false), h(6, true), h(8, true), h(10, false), h(12, true)})
	if want := []window{{from: 2, to: 6}, {from: 10, to: 12}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestMatch(t *testing.T) {
	truth := []target.Truth{
		{From: [2]int64{at(1000), at(1000.1)}, To: [2]int64{at(1100), at(1100.1)}},
		{From: [2]int64{at(5000), at(5000.1)}, To: [2]int64{at(5040), at(5040.1)}},
		{From: [2]int64{at(9000), at(9000.1)}, To: [2]int64{at(9010), at(9010.1)}},
	}
	windows := []window{{from: 1001, to: 1050}, {from: 1052, to: 1101.1}, {from: 4999, to: 5040, began: 2, ended: 3, stalled: true}}
	starts, ends := match(truth, windows, []float64{8999, 9002, 9011})
	if starts[0].off < 0.8 || starts[0].off > 1 || ends[0].off < 0.9 || ends[0].off > 1.1 {
		t.Errorf("an outage in two windows: %+v %+v", starts[0], ends[0])
	}
	if starts[1].off != 1 || ends[1].off != 0 || !starts[1].stalled || starts[1].uncertainty != 2 || ends[1].uncertainty != 3 {
		t.Errorf("an edge too early: %+v %+v", starts[1], ends[1])
	}
	if !starts[2].missed || starts[2].hidden || starts[2].off < 9.8 || starts[2].off > 10 {
		t.Errorf("an outage that nobody saw: %+v", starts[2])
	}
	if starts, _ = match(truth, windows, []float64{8999, 9011}); !starts[2].hidden {
		t.Errorf("nothing was sent while it lasted: %+v", starts[2])
	}
	if starts, _ = match(truth, windows, nil); starts[2].hidden {
		t.Errorf("somebody who says nothing of himself: %+v", starts[2])
	}
}

func TestQuantile(t *testing.T) {
	for q, want := range map[float64]float64{0: 1, 0.5: 3, 0.95: 5, 1: 5} {
		if got := quantile([]float64{5, 1, 4, 2, 3}, q); got != want {
			t.Errorf("quantile %g is %g, want %g", q, got, want)
		}
	}
}

// The worked example of the closed form.
func TestClosed(t *testing.T) {
	if got := closed(0.999); got < 395.9 || got > 396.1 {
		t.Errorf("%g ms", got)
	}
}

// What a file says of a part ends where the next one begins.
func TestKept(t *testing.T) {
	const file = "# x\n\n## a: b\n\n1\n\n## c: d\n\n2\n"
	for part, want := range map[string]string{"a": "\n## a: b\n\n1\n", "c": "\n## c: d\n\n2\n", "e": ""} {
		if got := kept(file, part); got != want {
			t.Errorf("%s: %q, want %q", part, got, want)
		}
	}
}

// A rate at which requests are left out is not reached, whatever left them out.
func TestTooFew(t *testing.T) {
	for sent, want := range map[int]bool{3000: false, 2910: false, 2909: true, 0: true} {
		if got := tooFew(sent, 1000); got != want {
			t.Errorf("%d of 3000: %t", sent, got)
		}
	}
}
