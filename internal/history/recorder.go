package history

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// A Record is one line of the record: exactly one of its fields is set. An
// interval is written when it begins, with To == Open, and again when it ends;
// of two with the same source, subject and From the later one holds.
type Record struct {
	Meta     *Meta     `json:"meta,omitempty"`
	Mark     *Mark     `json:"mark,omitempty"`
	Sample   *Sample   `json:"sample,omitempty"`
	Interval *Interval `json:"interval,omitempty"`
	Gap      *Interval `json:"gap,omitempty"`
}

// A Recorder takes down what happens in a trial. It is safe for use by many
// goroutines, and hands every record to its sink as it comes, so that a run that
// is killed leaves what it knew.
type Recorder struct {
	clock Clock
	sink  func(Record)

	mu      sync.Mutex
	history History
	open    map[subject]int // index into history.Intervals of what is going on
	changed chan struct{}
}

type subject struct{ source, name string }

// NewRecorder returns a recorder whose offsets count from the clock's start.
// The sink is called once per record, one call at a time; it may be nil.
func NewRecorder(clock Clock, sink func(Record)) *Recorder {
	if sink == nil {
		sink = func(Record) {}
	}
	return &Recorder{clock: clock, sink: sink, open: map[subject]int{}, changed: make(chan struct{})}
}

// Clock is the trial's clock.
func (r *Recorder) Clock() Clock { return r.clock }

// State notes that the subject is in the state from at on. It ends the state
// that the subject was in; the same state with the same attributes and detail goes on.
func (r *Recorder) State(i Interval) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := subject{i.Source, i.Subject}
	if n, ok := r.open[key]; ok {
		now := &r.history.Intervals[n]
		if now.State == i.State && now.Detail == i.Detail && maps.Equal(now.Attrs, i.Attrs) {
			return
		}
		r.close(key, n, i.From)
	}
	i.To = Open
	r.open[key] = len(r.history.Intervals)
	r.add(i)
}

// End notes that the subject is in no state of the source from at on: it is gone.
func (r *Recorder) End(source, name string, at time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := subject{source, name}
	if n, ok := r.open[key]; ok {
		r.close(key, n, at)
		r.announce()
	}
}

// Instant notes something that happened at i.From and did not last.
func (r *Recorder) Instant(i Interval) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i.To = i.From
	r.add(i)
}

// Gap notes a span in which the sensor i.Source saw nothing of i.Subject.
func (r *Recorder) Gap(i Interval) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.history.Gaps = append(r.history.Gaps, i)
	r.sink(Record{Gap: &i})
	r.announce()
}

// Mark notes the beginning of a phase.
func (r *Recorder) Mark(m Mark) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.history.Marks = append(r.history.Marks, m)
	r.sink(Record{Mark: &m})
	r.announce()
}

// Reached is when a phase began, as far as the record has it.
func (r *Recorder) Reached(phase Phase) (time.Duration, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.history.Marks {
		if m.Phase == phase {
			return m.Latest, true
		}
	}
	return 0, false
}

// Sample notes one request slot.
func (r *Recorder) Sample(s Sample) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.history.Samples = append(r.history.Samples, s)
	r.sink(Record{Sample: &s})
}

// SetMeta notes the trial's particulars, or replaces them.
func (r *Recorder) SetMeta(m Meta) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.history.Meta = m
	r.sink(Record{Meta: &m})
}

// Snapshot returns a copy of the intervals recorded so far; what is still going
// on has To == Open.
func (r *Recorder) Snapshot() []Interval {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.history.Intervals)
}

// Gaps returns a copy of the gaps recorded so far.
func (r *Recorder) Gaps() []Interval {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.history.Gaps)
}

// Samples returns a copy of the samples from the n-th on.
func (r *Recorder) Samples(n int) []Sample {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n >= len(r.history.Samples) {
		return nil
	}
	return slices.Clone(r.history.Samples[n:])
}

// Changed returns a channel that is closed at the next interval, gap or mark.
// Take the channel first and the Snapshot after, and nothing can be missed.
func (r *Recorder) Changed() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changed
}

// History returns a copy of everything recorded so far.
func (r *Recorder) History() *History {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &History{
		Meta:      r.history.Meta,
		Marks:     slices.Clone(r.history.Marks),
		Samples:   slices.Clone(r.history.Samples),
		Intervals: slices.Clone(r.history.Intervals),
		Gaps:      slices.Clone(r.history.Gaps),
	}
}

func (r *Recorder) add(i Interval) {
	r.history.Intervals = append(r.history.Intervals, i)
	r.sink(Record{Interval: &i})
	r.announce()
}

func (r *Recorder) close(key subject, n int, at time.Duration) {
	i := &r.history.Intervals[n]
	i.To = max(at, i.From)
	delete(r.open, key)
	ended := *i
	r.sink(Record{Interval: &ended})
}

func (r *Recorder) announce() {
	close(r.changed)
	r.changed = make(chan struct{})
}
