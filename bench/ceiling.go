package main

import (
	"context"
	"os/exec"
	"slices"
	"time"

	"github.com/seatrial/seatrial/bench/target"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
)

// ceilings are the rates that are tried, upwards, until one is too much.
var ceilings = []int{500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 5000, 6000, 8000, 10000, 12000, 15000, 20000}

// tryFor is how long each rate is tried.
const tryFor = 4 * time.Second

// enough is the lateness that still counts as in time, in milliseconds.
const enough = 1.0

// ceiling finds the highest rate that each sends in time on one core, over kept
// connections (a connection per request would find the kernel's limit first). The
// target has the other core.
func ceiling(ctx context.Context, s *scale) (*table, error) {
	pin, err := exec.LookPath("taskset")
	if err != nil {
		return nil, err
	}
	server, err := target.Start(append([]string{pin, "-c", "1"}, s.role("__target")...), nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = server.Stop() }()
	var ours, theirs []float64
	for range max(s.repeats/2, 1) {
		a, err := climb(func(rate int) (float64, error) { return s.meterLate(ctx, pin, server.URL, rate) })
		if err != nil {
			return nil, err
		}
		b, err := climb(func(rate int) (float64, error) { return s.vegetaLate(pin, server.URL, rate) })
		if err != nil {
			return nil, err
		}
		ours, theirs = append(ours, a), append(theirs, b)
		s.say("  meter %.0f/s, vegeta %.0f/s", a, b)
	}
	t := &table{}
	t.add("highest rate with p99 at most 1 ms late, one core", "meter", "1/s", ours)
	t.add("highest rate with p99 at most 1 ms late, one core", "vegeta", "1/s", theirs)
	a, b := median(ours), median(theirs)
	t.claim(a > b, "a higher rate in time than stock vegeta on one core (medians)", "%.0f/s against %.0f/s", a, b)
	return t, nil
}

// tries is how often a rate is tried: two good ones of three count, since one that
// the machine itself spoilt is no answer.
const tries = 3

// climb returns the highest rate in time before the first that is not; 0 if the first is not.
func climb(late func(rate int) (float64, error)) (float64, error) {
	best := 0
	for _, r := range ceilings {
		good := 0
		for n := 0; n < tries && good < 2; n++ {
			ms, err := late(r)
			if err != nil {
				return 0, err
			}
			if ms <= enough {
				good++
			}
		}
		if good < 2 {
			break
		}
		best = r
	}
	return float64(best), nil
}

// meterLate is the p99 of the meter's lateness at that rate, its first second left
// out, in which the connections are made.
func (s *scale) meterLate(ctx context.Context, pin, url string, rate int) (float64, error) {
	var late []float64
	lost := 0
	plan := load.Plan{URL: url, Lanes: []load.Lane{{Name: history.LaneReused, Rate: rate, Connections: 64}}, MaxDuration: tryFor}
	p, err := load.Start(ctx, append(load.Command{pin, "-c", "0"}, s.meter()...), plan, func(x history.Sample) {
		switch {
		case x.Seq < uint64(rate):
		case x.Attempts > 0:
			late = append(late, milliseconds(x.Sent-x.Due))
		case x.Class != history.ClassStall:
			lost++
		}
	}, func(history.Interval) {})
	if err != nil {
		return 0, err
	}
	if _, err := p.Wait(); err != nil {
		return 0, err
	}
	if lost*100 > len(late) || tooFew(len(late), rate) {
		return 2 * enough, nil // it did not send them all
	}
	return quantile(late, 0.99), nil
}

// tooFew reports whether so many requests are not what a rate asks for, its first second
// left out, whatever kept the others from being sent.
func tooFew(sent, rate int) bool {
	return float64(sent) < 0.97*float64(rate)*(tryFor-time.Second).Seconds()
}

// vegetaLate is the same of stock vegeta.
func (s *scale) vegetaLate(pin, url string, rate int) (float64, error) {
	r, err := s.runPinned(pin, order{URL: url, Rate: rate, KeepAlive: true, Timeout: timeout})
	if err != nil {
		return 0, err
	}
	<-time.After(tryFor)
	hits, err := r.stop()
	if err != nil {
		return 0, err
	}
	hits = slices.DeleteFunc(hits, func(h hit) bool { return h.Seq < uint64(rate) })
	if tooFew(len(hits), rate) {
		return 2 * enough, nil
	}
	return quantile(lateOf(hits, rate), 0.99), nil
}
