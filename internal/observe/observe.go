// Package observe turns what sensors see of a cluster into the intervals of a
// trial's record: API watches, the nodes' container runtimes, the app's own log.
//
// An observer decides nothing. What it may have missed it records as a gap, and
// the judge weighs the gap against what the fault's card declared.
//
// # Instants
//
// An API watch has no instant of its own that is better than a second, so the
// instant of what it reports is its arrival here: later than the change in etcd
// by the watch's latency and never earlier. On clusters of one machine it came
// within 2 ms of the answer to the request that made the change, more often
// before it (TestOnACluster shows it). Kubernetes' own stamps, of one second
// resolution, stand in attributes. The app's log and the runtime's events carry
// exact stamps of the same kernel's clock and need no such allowance.
//
// # Clients
//
// Give every observer a client without a rate limit of its own (rest.Config.QPS
// below zero): client-go's default of 5 requests/s would make watches late.
package observe

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// An Observer watches one kind of thing and records it until ctx ends.
//
// It calls ready once, when it cannot miss anything any more. When ctx ends it
// may take a bounded time to prove that it missed nothing, and returns nil. An
// error means that it went blind before.
//
// An observer that has a method Sources() []string says by it which sources of
// the record go silent with it; without it, its name stands for them.
type Observer interface {
	Name() string
	Observe(ctx context.Context, rec *history.Recorder, ready func()) error
}

// GapBlind is the state of a gap that an observer leaves by dying.
const GapBlind = "blind"

// Armed is a set of observers at work.
type Armed struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when every observer has returned

	mu      sync.Mutex
	died    []error
	running map[string]int // observers that have not returned, by name
}

// Died says which observers have died so far and why, nil if none has; those
// that feed no source of the record (logs) leave no gap and are known from here only.
func (a *Armed) Died() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return errors.Join(a.died...)
}

// Arm starts all observers and returns when each is ready. One that returns or
// panics before it is ready fails the whole: the error names it and all others
// are stopped. One that dies later leaves a gap without end (state GapBlind) for
// each of its sources.
//
// The observers end when ctx does, or at Stop. Give a context that outlives the
// undo of the fault, or its recovery goes unseen.
func Arm(ctx context.Context, rec *history.Recorder, obs ...Observer) (*Armed, error) {
	work, cancel := context.WithCancel(ctx)
	a := &Armed{cancel: cancel, done: make(chan struct{}), running: map[string]int{}}
	outcome := make(chan verdict, len(obs))
	waiting := map[string]int{}
	var running sync.WaitGroup
	for _, o := range obs {
		waiting[o.Name()]++
		a.count(o.Name(), 1)
		running.Go(func() { defer a.count(o.Name(), -1); a.guard(work, rec, o, outcome) })
	}
	go func() { running.Wait(); close(a.done) }()

	for range obs {
		var failed error
		select {
		case v := <-outcome:
			failed = v.err
			if waiting[v.name]--; waiting[v.name] == 0 {
				delete(waiting, v.name)
			}
		case <-ctx.Done():
			failed = fmt.Errorf("arm observers, still waiting for %s: %w",
				strings.Join(slices.Sorted(maps.Keys(waiting)), ", "), context.Cause(ctx))
		}
		if failed != nil {
			// Who ignores its context is left behind when ours ends.
			return nil, errors.Join(failed, a.Stop(ctx))
		}
	}
	return a, nil
}

// verdict says how an observer's arming went.
type verdict struct {
	name string
	err  error
}

// Stop ends the observers and waits for their last proofs; what they missed is
// in the record as gaps by then. The error says that ctx ended first.
func (a *Armed) Stop(ctx context.Context) error {
	a.cancel()
	select {
	case <-a.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop the observers, still waiting for %s: %w", a.stillThere(), context.Cause(ctx))
	}
}

// count notes that so many more observers of that name run.
func (a *Armed) count(name string, more int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.running[name] += more; a.running[name] == 0 {
		delete(a.running, name)
	}
}

// stillThere are the names of the observers that have not ended.
func (a *Armed) stillThere() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	names := slices.Sorted(maps.Keys(a.running))
	return strings.Join(names, ", ")
}

// guard runs one observer and says once on outcome whether it became ready.
func (a *Armed) guard(ctx context.Context, rec *history.Recorder, o Observer, outcome chan<- verdict) {
	var once sync.Once
	isReady := false
	err := recovered(ctx, rec, o, func() {
		once.Do(func() { isReady = true; outcome <- verdict{o.Name(), nil} })
	})
	once.Do(func() {}) // from here on a late call of ready does nothing
	if err == nil && (ctx.Err() == nil || !isReady) {
		err = errors.New("ended before it was told to")
	}
	switch {
	case !isReady:
		outcome <- verdict{o.Name(), fmt.Errorf("arm observer %s: %w", o.Name(), err)}
	case err != nil:
		a.mu.Lock()
		a.died = append(a.died, fmt.Errorf("observer %s died: %w", o.Name(), err))
		a.mu.Unlock()
		blind(rec, o, err)
	}
}

func recovered(ctx context.Context, rec *history.Recorder, o Observer, ready func()) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return o.Observe(ctx, rec, ready)
}

func blind(rec *history.Recorder, o Observer, why error) {
	sources := []string{o.Name()}
	if s, ok := o.(interface{ Sources() []string }); ok {
		sources = s.Sources()
	}
	gap(rec, sources, "", GapBlind, rec.Clock().Now(), history.Open,
		fmt.Sprintf("observer %s died: %v", o.Name(), why))
}

// gap records the same gap for several sources; subject "" stands for all of a source.
func gap(rec *history.Recorder, sources []string, subject, state string, from, to time.Duration, detail string) {
	for _, source := range sources {
		rec.Gap(history.Interval{Source: source, Subject: subject, State: state, From: from, To: to, Detail: detail})
	}
}
