package observe

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A Feed is one observer of the nodes through a tap that all trials of a cluster look
// through. An observer per trial would execute commands in every node for each
// of them, which on two cores costs more than the trial itself.
type Feed struct {
	tap   Tap
	clock history.Clock
	armed *Armed

	mu      sync.Mutex
	viewers map[*history.Recorder]func(history.Interval) bool // what is its business
	down    map[string]time.Duration                          // since when, by the feed's clock, a node's stream is down
}

// NewFeed opens the streams of the nodes and returns once all are up. They stay
// until Stop, whatever becomes of ctx.
func NewFeed(ctx context.Context, tap Tap, stream NodeStream, nodes ...string) (*Feed, error) {
	f := &Feed{tap: tap, clock: history.StartClock(), viewers: map[*history.Recorder]func(history.Interval) bool{}, down: map[string]time.Duration{}}
	o := &nodeStreams{tap: tap, stream: stream, nodes: nodes, cut: f.cut}
	arm, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	armed, err := Arm(arm, history.NewRecorder(f.clock, f.pass), o)
	if err == nil && !stop() {
		err = context.Cause(ctx)
	}
	if err != nil {
		cancel()
		return nil, fmt.Errorf("open the nodes' %s events: %w", tap.name, err)
	}
	f.armed = armed
	return f, nil
}

// Stop closes the streams.
func (f *Feed) Stop(ctx context.Context) error { return f.armed.Stop(ctx) }

// Observer is what a trial is armed with: what the feed sees while it observes,
// and a gap for whatever was cut off in that time.
func (f *Feed) Observer() Observer {
	return feedViewer{f, func(history.Interval) bool { return true }}
}

// ObserverOf is Observer that leaves out what is not the trial's business.
func (f *Feed) ObserverOf(business func(history.Interval) bool) Observer {
	return feedViewer{f, business}
}

type feedViewer struct {
	*Feed
	business func(history.Interval) bool
}

// Name implements Observer.
func (v feedViewer) Name() string { return v.tap.name }

// Sources lists the sources of the record that it feeds.
func (v feedViewer) Sources() []string { return []string{v.tap.source} }

// Observe implements Observer.
func (v feedViewer) Observe(ctx context.Context, rec *history.Recorder, ready func()) error {
	v.mu.Lock()
	v.viewers[rec] = v.business
	v.mu.Unlock()
	ready()
	<-ctx.Done()
	v.mu.Lock()
	delete(v.viewers, rec)
	down := maps.Clone(v.down)
	v.mu.Unlock()
	for node, since := range down {
		gap(rec, v.Sources(), node, GapCut, max(0, since+v.shift(rec)), rec.Clock().Now(), "the stream of events broke")
	}
	return nil
}

// shift is what makes an offset of the feed one of the record.
func (f *Feed) shift(rec *history.Recorder) time.Duration {
	return time.Duration(f.clock.Monotonic - rec.Clock().Monotonic)
}

// cut notes that a node's stream broke or came back.
func (f *Feed) cut(node string, since time.Duration, down bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if down {
		f.down[node] = since
	} else {
		delete(f.down, node)
	}
}

// pass hands what was seen on to all viewers, by their own clocks.
func (f *Feed) pass(r history.Record) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for rec, business := range f.viewers {
		shift := f.shift(rec)
		switch {
		case r.Interval != nil && r.Interval.From+shift >= 0 && business(*r.Interval):
			i := *r.Interval
			i.From += shift
			rec.Instant(i)
		case r.Gap != nil && r.Gap.To+shift > 0:
			g := *r.Gap
			g.From, g.To = max(0, g.From+shift), g.To+shift
			rec.Gap(g)
		}
	}
}
