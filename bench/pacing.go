package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/seatrial/seatrial/bench/target"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
)

// sendFor is how long each of the two sends in one repeat.
const sendFor = 10 * time.Second

// lateness has the meter and stock vegeta send in turn, on an idle machine and
// beside as many busy processes as there are processors.
func lateness(ctx context.Context, s *scale) (*table, error) {
	server, err := target.Start(s.role("__target"), nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = server.Stop() }()
	t := &table{}
	for _, beside := range []string{"alone", "beside CPU hogs"} {
		stop := func() {}
		if beside != "alone" {
			if stop, err = s.hogs(runtime.NumCPU()); err != nil {
				return nil, err
			}
		}
		err := t.lateness(ctx, s, server.URL, beside)
		stop()
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *table) lateness(ctx context.Context, s *scale, url, beside string) error {
	var ours, theirs []float64
	lost, busiest := 0, 0
	for n := range s.repeats {
		m, err := s.sent(ctx, url)
		if err != nil {
			return err
		}
		v, err := s.vegetaSent(url)
		if err != nil {
			return err
		}
		ours, theirs = append(ours, quantile(m.late, 0.99)), append(theirs, quantile(v, 0.99))
		lost += m.lost
		busiest = max(busiest, m.busiest)
		s.say("  %s, %d of %d: p99 %.2f ms, vegeta %.2f ms", beside, n+1, s.repeats, ours[n], theirs[n])
	}
	t.add("p99 of sent after due, "+beside, "meter", "ms", ours)
	t.add("p99 of sent after due, "+beside, "vegeta", "ms", theirs)
	a, b := median(ours), median(theirs)
	t.claim(a <= b/4, beside+": p99 of the lateness at most a quarter of stock vegeta's (medians)", "%.2f ms against %.2f ms", a, b)
	t.claim(lost == 0, beside+": no slot lost outside stalls", "%d of %d", lost, s.repeats*int(sendFor.Seconds())*rate)
	t.claim(float64(busiest) <= 1.02*rate, beside+": the busiest second at most 1.02 times the rate", "%d requests", busiest)
	return nil
}

// A sending is how one lane was sent.
type sending struct {
	late    []float64 // milliseconds after due
	lost    int       // slots that were not sent, those in stalls apart
	busiest int       // requests sent in the busiest second
	report  load.Report
}

// sent has the meter send on lane fresh.
func (s *scale) sent(ctx context.Context, url string) (sending, error) {
	var out sending
	var at []time.Duration
	plan := load.Plan{URL: url, Lanes: []load.Lane{{Name: history.LaneFresh, Rate: rate}}, MaxDuration: sendFor}
	p, err := load.Start(ctx, s.meter(), plan, func(x history.Sample) {
		switch {
		case x.Attempts > 0:
			out.late = append(out.late, milliseconds(x.Sent-x.Due))
			at = append(at, x.Sent)
		case x.Class != history.ClassStall:
			out.lost++
		}
	}, func(history.Interval) {})
	if err != nil {
		return out, err
	}
	if out.report, err = p.Wait(); err != nil {
		return out, err
	}
	slices.Sort(at)
	for i, j := 0, 0; i < len(at); i++ {
		for at[i]-at[j] >= time.Second {
			j++
		}
		out.busiest = max(out.busiest, i-j+1)
	}
	return out, nil
}

// vegetaSent has stock vegeta send, and returns how late: against the most
// favourable schedule of its rate that its own instants allow.
func (s *scale) vegetaSent(url string) ([]float64, error) {
	r, err := s.run("__vegeta", order{URL: url, Rate: rate, Timeout: timeout})
	if err != nil {
		return nil, err
	}
	<-time.After(sendFor)
	hits, err := r.stop()
	if err != nil || len(hits) == 0 {
		return nil, fmt.Errorf("vegeta: %d hits: %w", len(hits), err)
	}
	return lateOf(hits, rate), nil
}

// lateOf is how late hits were, against the most favourable schedule of the rate.
func lateOf(hits []hit, rate int) []float64 {
	due := func(h hit) int64 { return int64(h.Seq) * int64(time.Second) / int64(rate) }
	begin := hits[0].At - due(hits[0])
	for _, h := range hits {
		begin = min(begin, h.At-due(h))
	}
	var late []float64
	for _, h := range hits {
		late = append(late, float64(h.At-due(h)-begin)/1e6)
	}
	return late
}
