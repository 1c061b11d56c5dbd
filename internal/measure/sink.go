package measure

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
)

// A sink takes in what the meter says and keeps what the result needs of it:
// outages, and a line per span.
type sink struct {
	mu     sync.Mutex
	lanes  map[string]*judge.Gauge
	spans  []Span
	gaps   []history.Interval
	errors Errors
}

func newSink(o Options) *sink {
	s := &sink{lanes: map[string]*judge.Gauge{}, errors: Errors{}}
	for _, name := range o.lanes() {
		s.lanes[name] = judge.NewGauge(time.Second / time.Duration(o.Rate))
		if most := o.MaxDowntime; most != nil && *most > 0 {
			s.lanes[name].Wary(*most)
		}
	}
	return s
}

func (s *sink) sample(x history.Sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.lanes[x.Lane]; g != nil {
		g.Add(x)
		s.first(x)
	}
	at := int(x.Due / spanOf)
	for len(s.spans) <= at {
		s.spans = append(s.spans, Span{})
	}
	span := &s.spans[at]
	switch {
	case x.Class.Skipped():
		span.Skipped++
	case x.Class.Failed():
		span.Failed++
	default:
		span.Good++
		span.Longest = max(span.Longest, ms(x.Sent+x.Took-x.Due))
	}
}

// first keeps the first error of each class. The caller holds the lock.
func (s *sink) first(x history.Sample) {
	if x.Err == "" || s.errors[x.Lane][x.Class] != "" {
		return
	}
	if s.errors[x.Lane] == nil {
		s.errors[x.Lane] = map[history.Class]string{}
	}
	s.errors[x.Lane][x.Class] = x.Err
}

func (s *sink) gap(i history.Interval) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gaps = append(s.gaps, i)
}

// gapsOf are the stalls of what sent the lane: its own, its meter's, not those of others.
// The caller holds the lock.
func (s *sink) gapsOf(lane string) []history.Interval {
	_, at, _ := strings.Cut(lane, "@")
	return slices.DeleteFunc(slices.Clone(s.gaps), func(g history.Interval) bool {
		of, where, _ := strings.Cut(g.Subject, "@")
		return of != "" && g.Subject != lane || where != at
	})
}

// answered reports whether every lane has had a good answer.
func (s *sink) answered() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.lanes {
		if _, any := g.Good(); !any {
			return false
		}
	}
	return true
}

// closed reports whether every lane has had a good answer to what was due after t, and
// no outage is open. A lane that never had one is not waited for.
func (s *sink) closed(t time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.lanes {
		if latest, any := g.Good(); any && (latest <= t || g.Outage() > 0) {
			return false
		}
	}
	return true
}

// A Now is how things stand while the load runs.
type Now struct {
	Elapsed          time.Duration
	Requests, Errors int
	Outage           time.Duration // how long the longest open outage has lasted; 0: none is open
	Phase            string        // "warm", "command", "settle", "load"
}

func (s *sink) now() Now {
	s.mu.Lock()
	defer s.mu.Unlock()
	var n Now
	for _, g := range s.lanes {
		requests, errors := g.Counts()
		n.Requests += requests
		n.Errors += errors
		n.Outage = max(n.Outage, g.Outage())
	}
	return n
}
