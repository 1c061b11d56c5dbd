package load

import (
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// flushEvery is how long a sample may wait in the outbox.
const flushEvery = 50 * time.Millisecond

// An outbox takes samples and gaps from those who measure, and delivers them in
// batches from a goroutine of its own. Whoever measures never waits for who
// reads; what a slow reader leaves is kept until it is read, for as long as the load lasts.
type outbox struct {
	deliver func([]history.Sample, []history.Interval)

	mu      sync.Mutex
	samples []history.Sample
	gaps    []history.Interval
}

func (o *outbox) sample(s history.Sample) {
	o.mu.Lock()
	o.samples = append(o.samples, s)
	o.mu.Unlock()
}

func (o *outbox) gap(i history.Interval) {
	o.mu.Lock()
	o.gaps = append(o.gaps, i)
	o.mu.Unlock()
}

func (o *outbox) flush() {
	o.mu.Lock()
	samples, gaps := o.samples, o.gaps
	o.samples, o.gaps = nil, nil
	o.mu.Unlock()
	if len(samples) > 0 || len(gaps) > 0 {
		o.deliver(samples, gaps)
	}
}

// run delivers until done is closed, and then what is left.
func (o *outbox) run(done <-chan struct{}) {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			o.flush()
		case <-done:
			o.flush()
			return
		}
	}
}
