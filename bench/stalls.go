package main

import (
	"context"
	"math"
	"math/rand/v2"
	"syscall"
	"time"

	"github.com/seatrial/seatrial/bench/target"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
)

// flagged is the length from which on every stall has to be found.
const flagged = 20 * time.Millisecond

// stalls stops the meter from outside, again and again, while the target answers
// all the time: whatever is called downtime then is the meter's own.
func stalls(ctx context.Context, s *scale) (*table, error) {
	server, err := target.Start(s.role("__target"), nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = server.Stop() }()
	lanes := []load.Lane{{Name: history.LaneFresh, Rate: rate}, {Name: history.LaneReused, Rate: rate, Connections: 16}}
	w, err := s.watch(ctx, server.URL, lanes, time.Hour)
	if err != nil {
		return nil, err
	}
	chance := rand.New(rand.NewPCG(s.seed, 2))
	var stops []window
	for range s.stalls {
		length := time.Duration(float64(5*time.Millisecond) * math.Pow(100, chance.Float64()))
		stop, err := halt(w.process.PID(), length)
		if err != nil {
			return nil, err
		}
		stops = append(stops, stop)
		<-time.After(100*time.Millisecond + time.Duration(chance.Int64N(int64(50*time.Millisecond))))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	if err := w.stop(ctx); err != nil {
		return nil, err
	}
	t := &table{}
	return t, t.stalls(w, stops)
}

// halt stops a process for so long.
func halt(pid int, length time.Duration) (window, error) {
	var w window
	w.from = float64(target.Now()) / 1e6
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return w, err
	}
	<-time.After(length)
	w.to = float64(target.Now()) / 1e6
	return w, syscall.Kill(pid, syscall.SIGCONT)
}

func (t *table) stalls(w *watching, stops []window) error {
	origin := float64(w.clock.Monotonic) / 1e6
	long, found := 0, 0
	var lengths []float64
	for _, stop := range stops {
		lengths = append(lengths, stop.to-stop.from)
		if stop.to-stop.from < milliseconds(flagged) {
			continue
		}
		long++
		for _, g := range w.gaps {
			if g.Subject == "" && origin+milliseconds(g.From) < stop.to && origin+milliseconds(g.To) > stop.from {
				found++
				break
			}
		}
	}
	t.add("length of the stops", "from outside, by SIGSTOP", "ms", lengths)
	t.claim(found == long, "every stop of 20 ms and more is found", "%d of %d (%d stops in all)", found, long, len(stops))
	for _, lane := range []string{history.LaneFresh, history.LaneReused} {
		l := w.gauges[lane].Lane(w.report.To, w.gaps)
		t.claim(l.Errors == 0, "lane "+lane+": nothing of it is called downtime", "%d of %d requests failed, %d windows, %d slots not sent", l.Errors, l.Requests, len(l.Windows), l.Skipped)
	}
	return nil
}
