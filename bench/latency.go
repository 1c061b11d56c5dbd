package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/seatrial/seatrial/bench/target"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
)

// The target holds its answers back for the last holdFor of every holdEvery.
const (
	holdFor   = 400 * time.Millisecond
	holdEvery = 4 * time.Second
	holdTest  = 40 * time.Second
)

// closed is the quantile q of the latency in closed form: of requests that are due
// evenly, a share holdFor/holdEvery waits, for a time that is even between 0 and
// holdFor; the others are answered at once.
//
//	P(latency > x) = (holdFor − x) / holdEvery
//	q = 0.999: x = 400 ms − 0.001 × 4 s = 396 ms
func closed(q float64) float64 { return milliseconds(holdFor) - (1-q)*milliseconds(holdEvery) }

// latency compares quantiles with the closed form.
func latency(ctx context.Context, s *scale) (*table, error) {
	server, err := target.StartPausing(s.role("__target"), holdFor, holdEvery)
	if err != nil {
		return nil, err
	}
	defer func() { _ = server.Stop() }()
	t := &table{}
	var ours, sent, theirs []float64
	for range max(s.repeats/2, 1) {
		plan := load.Plan{URL: server.URL, Lanes: []load.Lane{{Name: history.LaneReused, Rate: rate, Connections: 16}}, MaxDuration: holdTest}
		p, err := load.Start(ctx, s.meter(), plan, func(history.Sample) {}, func(history.Interval) {})
		if err != nil {
			return nil, err
		}
		report, err := p.Wait()
		if err != nil {
			return nil, err
		}
		l := report.Lane(history.LaneReused)
		ours, sent = append(ours, milliseconds(l.Latency.P999)), append(sent, milliseconds(l.Service.P999))
		v, err := s.vegetaLatency(server.URL)
		if err != nil {
			return nil, err
		}
		theirs = append(theirs, quantile(v, 0.999))
	}
	want := closed(0.999)
	t.add("p99.9, from due", "meter", "ms", ours)
	t.add("p99.9, from sent", "meter", "ms", sent)
	t.add("p99.9, from sent", "vegeta", "ms", theirs)
	worst := 0.0
	for _, v := range ours {
		worst = max(worst, math.Abs(v-want))
	}
	t.claim(worst <= 0.01*want+interval, fmt.Sprintf("p99.9 within 1 %% and one interval of the closed form, %.1f ms", want), "off by %.2f ms at most; vegeta's median is off by %.2f ms",
		worst, math.Abs(median(theirs)-want))
	return t, nil
}

func (s *scale) vegetaLatency(url string) ([]float64, error) {
	r, err := s.run("__vegeta", order{URL: url, Rate: rate, KeepAlive: true, Timeout: timeout})
	if err != nil {
		return nil, err
	}
	<-time.After(holdTest)
	hits, err := r.stop()
	var all []float64
	for _, h := range hits {
		all = append(all, float64(h.Took)/1e6)
	}
	return all, err
}
