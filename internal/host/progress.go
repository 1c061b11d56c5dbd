package host

import (
	"sync"
	"time"
)

// progressEvery is how often a step that is under way reports. The command line
// promises progress for whatever takes more than 2 s.
const progressEvery = time.Second

// A Step is one report about work that takes long: sent when it starts, about
// every second while it runs, and once when it ends.
type Step struct {
	Name    string        // what is being done, "build kubernetes v1.36.3"
	Detail  string        // what exactly right now, "k8s.io/apiserver/pkg/server"; may be empty
	Elapsed time.Duration // since the step began
	Done    bool          // the last report of this step
	Cached  bool          // nothing had to be done (with Done)
	Err     error         // why it failed (with Done)
}

// Progress receives Steps, from several goroutines but one at a time per step.
// A nil Progress discards them.
type Progress func(Step)

// Do runs fn as a step of that name. fn may call detail, from any goroutine, to
// say what it is at. The error is fn's own.
func (p Progress) Do(name string, fn func(detail func(string)) error) error {
	if p == nil {
		return fn(func(string) {})
	}
	start := time.Now()
	var mu sync.Mutex
	var at string
	report := func(s Step) {
		mu.Lock()
		s.Detail = at
		mu.Unlock()
		s.Name, s.Elapsed = name, time.Since(start)
		p(s)
	}
	report(Step{})
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				report(Step{})
			case <-stop:
				return
			}
		}
	}()
	err := fn(func(d string) { mu.Lock(); at = d; mu.Unlock() })
	close(stop)
	<-stopped
	report(Step{Done: true, Err: err})
	return err
}

// Cached reports a step that had nothing to do.
func (p Progress) Cached(name string) {
	if p != nil {
		p(Step{Name: name, Done: true, Cached: true})
	}
}
