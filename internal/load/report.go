package load

import (
	"fmt"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/seatrial/seatrial/internal/history"
)

// A Report is what the meter says about itself and its lanes at the end.
type Report struct {
	From   time.Duration      `json:"from"`  // the first slot was due
	To     time.Duration      `json:"to"`    // no slot was due from here on
	Bound  bool               `json:"bound"` // ended by the plan's MaxDuration, not by a stop
	CPU    time.Duration      `json:"cpu"`   // processor time that the process used meanwhile
	Stalls []history.Interval `json:"stalls,omitempty"`
	Lanes  []LaneReport       `json:"lanes"`
}

// Lane returns the report of a lane, or an empty one.
func (r Report) Lane(name string) LaneReport {
	for _, l := range r.Lanes {
		if l.Name == name {
			return l
		}
	}
	return LaneReport{Name: name}
}

// A LaneReport sums a lane up. Every slot is in exactly one of OK, Failed and Skipped.
type LaneReport struct {
	Name     string                   `json:"name"`
	Rate     int                      `json:"rate"`     // asked for, per second
	Achieved float64                  `json:"achieved"` // sent, per second
	Slots    uint64                   `json:"slots"`
	Sent     uint64                   `json:"sent"`
	Answered uint64                   `json:"answered"` // slots to which any answer came, good or bad; 0: the target was never there
	OK       uint64                   `json:"ok"`
	Failed   map[history.Class]uint64 `json:"failed,omitempty"`
	Skipped  map[history.Class]uint64 `json:"skipped,omitempty"`

	// Lateness is Sent − Due: what the generator itself adds.
	Lateness Spread `json:"lateness"`
	// Latency is counted from the due instant (corrected for coordinated
	// omission), Service from when the request left (uncorrected, as most tools
	// have it). Both are of the good slots that no stall of the generator touched.
	Latency Spread `json:"latency"`
	Service Spread `json:"service"`

	Opened uint64            `json:"opened"`           // connections opened, re-probes included
	Ousted uint64            `json:"ousted,omitempty"` // pinned connections replaced because all were busy
	Pods   map[string]uint64 `json:"pods,omitempty"`   // good slots by the pod that answered
}

// Failures is the number of failed slots.
func (l LaneReport) Failures() uint64 { return sum(l.Failed) }

// Skips is the number of slots that were not sent.
func (l LaneReport) Skips() uint64 { return sum(l.Skipped) }

func sum(m map[history.Class]uint64) (n uint64) {
	for _, v := range m {
		n += v
	}
	return n
}

// A Spread sums up a distribution of durations, to three significant digits
// between 1 µs and 5 min.
type Spread struct {
	Count int64         `json:"count"`
	Mean  time.Duration `json:"mean"`
	P50   time.Duration `json:"p50"`
	P90   time.Duration `json:"p90"`
	P99   time.Duration `json:"p99"`
	P999  time.Duration `json:"p999"`
	Max   time.Duration `json:"max"`
	// Histogram is the whole of it, in HdrHistogram's compressed V2 encoding,
	// in nanoseconds: distributions of several meters merge exactly.
	Histogram []byte `json:"histogram,omitempty"`
}

func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(int64(time.Microsecond), int64(5*time.Minute), 3)
}

func spread(h *hdrhistogram.Histogram) Spread {
	s := Spread{Count: h.TotalCount()}
	if s.Count == 0 {
		return s
	}
	at := func(q float64) time.Duration { return time.Duration(h.ValueAtQuantile(q)) }
	s.Mean, s.P50, s.P90, s.P99, s.P999, s.Max = time.Duration(h.Mean()), at(50), at(90), at(99), at(99.9), time.Duration(h.Max())
	if encoded, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase); err == nil {
		s.Histogram = encoded
	}
	return s
}

// Merge puts distributions of several meters together, exactly: their histograms
// have the same buckets. One whose histogram cannot be read is an error.
func Merge(all ...Spread) (Spread, error) {
	sum := newHistogram()
	for _, s := range all {
		if s.Count == 0 {
			continue
		}
		one, err := hdrhistogram.Decode(s.Histogram)
		if err != nil {
			return Spread{}, fmt.Errorf("read a histogram: %w", err)
		}
		sum.Merge(one)
	}
	return spread(sum), nil
}

// A tally counts the slots of a lane.
type tally struct {
	mu                         sync.Mutex
	report                     LaneReport
	lateness, latency, service *hdrhistogram.Histogram
}

func newTally() *tally {
	return &tally{lateness: newHistogram(), latency: newHistogram(), service: newHistogram(),
		report: LaneReport{Failed: map[history.Class]uint64{}, Skipped: map[history.Class]uint64{}, Pods: map[string]uint64{}}}
}

// add counts a slot; stalled says that a stall of the generator touched it.
func (t *tally) add(s history.Sample, stalled bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.report.Slots++
	if s.Code != 0 {
		t.report.Answered++
	}
	if s.Attempts > 0 {
		t.report.Sent++
		record(t.lateness, s.Sent-s.Due)
	}
	switch {
	case s.Class.Skipped():
		t.report.Skipped[s.Class]++
	case s.Class.Failed():
		t.report.Failed[s.Class]++
	default:
		t.good(s, stalled)
	}
}

func (t *tally) good(s history.Sample, stalled bool) {
	t.report.OK++
	if s.Pod != "" {
		t.report.Pods[s.Pod]++
	}
	if !stalled {
		record(t.latency, s.Sent+s.Took-s.Due)
		record(t.service, s.Took)
	}
}

// record never fails: what is beyond the histogram counts at its end.
func record(h *hdrhistogram.Histogram, d time.Duration) {
	_ = h.RecordValue(min(max(int64(d), 1), int64(5*time.Minute)))
}

// close sums the lane up; it sent for the given time.
func (t *tally) close(l Lane, lasted time.Duration) LaneReport {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.report
	r.Name, r.Rate = l.Name, l.Rate
	if lasted > 0 {
		r.Achieved = float64(r.Sent) / lasted.Seconds()
	}
	r.Lateness, r.Latency, r.Service = spread(t.lateness), spread(t.latency), spread(t.service)
	return r
}
