package run

import (
	"context"
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/host"
)

const (
	// lockstepLook is how often those who wait look whether they may go on.
	lockstepLook = 100 * time.Millisecond
	// lockstepRest is how long nobody must have started or removed pods before anybody is
	// measured: the scheduler starts a trial at once where another has left, and who comes
	// as late as that is in step with those that are there.
	lockstepRest = time.Second
)

// A lockstep has trials side by side on a machine that is slow to start processes: pods that
// are started or removed there have the requests of everybody else run into their time-outs.
// So whoever does that, and draws reports, does it while nobody is measured, and those who
// are measured begin together and wait for each other at the end.
//
//	trial a  change | measure                     | change
//	trial b     change | measure          (waits) | change
//	trial c  (comes late, waits)                     change | measure
//
// It is a lock that is shared among those who change, and shared among those who are
// measured, and never between the two. The zero value is ready.
type lockstep struct {
	mu       sync.Mutex
	wanting  int // wait to change something
	changing int
	measured int
	changed  time.Time // when the last change ended
}

// want says that somebody is about to change something: nobody begins to be measured before
// that is done. What it returns waits until nobody is measured; what that returns ends the
// change, however often it is called. When ctx ends first, nobody is waited for any longer.
func (l *lockstep) want() (change func(ctx context.Context) (done func())) {
	l.mu.Lock()
	l.wanting++
	l.mu.Unlock()
	return func(ctx context.Context) func() {
		l.await(ctx, func() bool { return l.measured == 0 }, func() { l.wanting--; l.changing++ })
		return l.once(func() { l.changing--; l.changed = time.Now() })
	}
}

// measure waits until nobody changes anything, or is about to, and has not for a while.
// What it returns ends the measurement, however often it is called.
func (l *lockstep) measure(ctx context.Context) (done func()) {
	l.await(ctx, func() bool {
		return l.changing == 0 && l.wanting == 0 && time.Since(l.changed) >= lockstepRest
	}, func() { l.measured++ })
	return l.once(func() { l.measured-- })
}

// await calls then, under the lock, as soon as free says so or ctx has ended.
func (l *lockstep) await(ctx context.Context, free func() bool, then func()) {
	ticker := time.NewTicker(lockstepLook)
	defer ticker.Stop()
	try := func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		if !free() && ctx.Err() == nil {
			return false
		}
		then()
		return true
	}
	for !try() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

func (l *lockstep) once(f func()) func() {
	return sync.OnceFunc(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		f()
	})
}

// inStep is somebody's way through the lockstep: it changes something until its app is
// deployed, is measured until its load has stopped, and changes something again until its
// app is gone and its reports are drawn. nil: it need not keep step with anybody.
type inStep struct {
	lock   *lockstep
	wait   func(until string, wait func())     // tells what is waited for
	change func(context.Context) (done func()) // what it has asked for
	end    func()                              // of what it does now
}

// ask says that it will enter: nobody begins to be measured before that.
func (i *inStep) ask() *inStep {
	if i != nil && i.change == nil {
		i.change = i.lock.want()
	}
	return i
}

// enter waits until nobody is measured whom it could disturb.
func (i *inStep) enter(ctx context.Context) {
	if i == nil {
		return
	}
	i.ask()
	i.leave()
	i.wait("until no other trial is measured", func() { i.end = i.change(ctx) })
	i.change = nil
}

// measure waits until nobody changes anything.
func (i *inStep) measure(ctx context.Context) {
	i.leave()
	i.wait("until no other trial starts or removes pods", func() { i.end = i.lock.measure(ctx) })
}

// leave ends what it does now.
func (i *inStep) leave() {
	if i != nil && i.end != nil {
		i.end()
	}
}

// inStep has a trial keep step with others, where it must: one that has the machine for
// itself needs not.
func (s *session) inStep(i Item) *inStep {
	if s.claim(i).Weight == sole {
		return nil
	}
	return s.step(i.Title())
}

// step is nil where nobody has to keep step.
func (s *session) step(name string) *inStep {
	if !s.room.slow {
		return nil
	}
	return &inStep{lock: &s.lockstep, wait: func(until string, wait func()) {
		_ = host.Progress(s.view.Working).Do(name+": wait for the others", func(detail func(string)) error {
			detail(until)
			wait()
			return nil
		})
	}}
}
