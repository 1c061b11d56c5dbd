package main

import (
	"context"
	"fmt"
	"time"

	"github.com/seatrial/seatrial/bench/target"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
)

// cost compares what the two take, lane by lane, in turn.
func cost(ctx context.Context, s *scale) (*table, error) {
	server, err := target.Start(s.role("__target"), nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = server.Stop() }()
	t := &table{}
	most := 0.0
	for _, lane := range []load.Lane{{Name: history.LaneFresh, Rate: rate}, {Name: history.LaneReused, Rate: rate, Connections: 16}} {
		var ours, theirs, memory []float64
		for range s.repeats {
			cpu, bytes, err := s.meterCost(ctx, server.URL, lane)
			if err != nil {
				return nil, err
			}
			r, err := s.run("__vegeta", order{URL: server.URL, Rate: rate, KeepAlive: lane.Connections > 0, Timeout: timeout})
			if err != nil {
				return nil, err
			}
			<-time.After(sendFor)
			if _, err := r.stop(); err != nil {
				return nil, err
			}
			ours, theirs = append(ours, share(cpu)), append(theirs, share(r.usage()))
			memory = append(memory, bytes/(1<<20))
			most = max(most, bytes)
		}
		t.add("processor, lane "+lane.Name, "meter", "% of one", ours)
		t.add("processor, lane "+lane.Name, "vegeta", "% of one", theirs)
		t.add("most memory, lane "+lane.Name, "meter", "MiB", memory)
		a, b := median(ours), median(theirs)
		t.claim(a <= 1.25*b, fmt.Sprintf("lane %s: at most 1.25 times stock vegeta's processor time at %d/s (medians)", lane.Name, rate), "%.1f %% against %.1f %%: %.2f times", a, b, a/b)
	}
	t.claim(most <= 100<<20, "at most 100 MiB of memory", "%.0f MiB", most/(1<<20))
	return t, nil
}

// share is processor time as a share of the time it was taken in.
func share(cpu time.Duration) float64 { return 100 * cpu.Seconds() / sendFor.Seconds() }

// meterCost is what the meter's process takes.
func (s *scale) meterCost(ctx context.Context, url string, lane load.Lane) (cpu time.Duration, memory float64, err error) {
	plan := load.Plan{URL: url, Lanes: []load.Lane{lane}, MaxDuration: sendFor}
	p, err := load.Start(ctx, s.meter(), plan, func(history.Sample) {}, func(history.Interval) {})
	if err != nil {
		return 0, 0, err
	}
	<-time.After(sendFor * 9 / 10)
	memory = peak(p.PID())
	report, err := p.Wait()
	return report.CPU, memory, err
}
