package run

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/host"
)

const (
	// roomLook is how often the processors are looked at, and roomSpan the time over
	// which their idleness counts: a trial that just started its pods has shown by
	// then what it takes.
	roomLook = 500 * time.Millisecond
	roomSpan = 3 * time.Second
	// enoughIdle is the share of the processors that must be idle before one more
	// trial starts its pods. On two cores a trial at 50/s takes 10 to 15 % of them once
	// it runs and all there is while it deploys; with less than a third left the answers
	// of the others come late, and over their time-out from a fifth on.
	enoughIdle = 0.35
	// quickSpan is how far back the quiet app is asked how fast it was answered, quickLeast
	// how many answers that needs, and quickLimit how late the slowest of a hundred may
	// be: a quarter of the usual time-out. On a machine that carries three trials at
	// once it was 70 to 110 ms, on one where any trial that started its pods had others
	// run into their time-outs 660 to 900 ms. No answer may have taken more than half of
	// the time-out (worstLimit): with that let be, one request of the quiet app failed.
	quickSpan  = time.Minute
	quickLeast = 5 * 2 * witnessRate
	quickLimit = 225 * time.Millisecond
	worstLimit = 450 * time.Millisecond
	// roomPatience is how long a trial waits for room though no other is there: then it
	// is not us who keep the machine busy, or a cluster of ours that is just going.
	roomPatience = 30 * time.Second
)

// slowStart is how long the start of a process takes on a machine on which trials must keep
// step, however idle it is between their deeds. Where it was 1.2 to 1.7 ms, in twelve
// looks, pods that started beside one or two trials, or were removed, had others run into
// their time-outs: in three of three smoke runs side by side, in none of three one at a time.
// It was the same where it was 2.2 to 3.1 ms. The limit is below the least of all that.
const slowStart = 1100 * time.Microsecond

// A room keeps trials from starting beside others while the machine has too much to
// do for them. How many it carries depends on the machine, and on the moment: a
// virtual machine on a busy host may carry a third of what it carried an hour ago.
type room struct {
	time func() (idle, total time.Duration, err error) // see host.ProcessorTime

	slow bool // the machine is slow to start processes: see lockstep

	mu      sync.Mutex
	inside  int
	changed time.Time    // when the last that was let in had started its pods
	samples []roomSample // the last roomSpan, oldest first
}

type roomSample struct{ idle, total time.Duration }

// watch looks at the processors until ctx ends. Where they cannot be looked at,
// there is always room.
func (r *room) watch(ctx context.Context) {
	ticker := time.NewTicker(roomLook)
	defer ticker.Stop()
	for {
		idle, total, err := r.time()
		if err != nil {
			r.forget()
			return
		}
		r.add(roomSample{idle, total})
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

func (r *room) add(s roomSample) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.samples = append(r.samples, s)
	if most := int(roomSpan/roomLook) + 1; len(r.samples) > most {
		r.samples = r.samples[1:]
	}
}

// forget what was seen: it would be taken for how things are.
func (r *room) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.samples = nil
}

// idle is the share of the processors that had nothing to do between the first look
// and the last. The caller holds the lock.
func (r *room) idle() float64 {
	first, last := r.samples[0], r.samples[len(r.samples)-1]
	if last.total == first.total {
		return 1
	}
	return float64(last.idle-first.idle) / float64(last.total-first.total)
}

// gauge decides by the time that the start of a process takes, 0 if nobody knows, whether the
// machine is slow to start processes, and says so.
func (r *room) gauge(took time.Duration) string {
	r.slow = took > slowStart
	text := fmt.Sprintf("this machine takes %.1f ms to start a process", took.Seconds()*1000)
	switch {
	case took == 0:
		return ""
	case r.slow:
		return fmt.Sprintf("trials side by side begin and end together: %s (over %.1f ms; --parallel 1 has one at a time)", text, slowStart.Seconds()*1000)
	}
	return "as many trials at once as there is room for: " + text
}

// enter lets one in if there is room, or it has waited long enough where nobody else
// is. quick says that those who share a cluster with it would not notice.
func (r *room) enter(waited time.Duration, quick bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := len(r.samples) > 1
	crowded := seen && (r.idle() < enoughIdle || time.Since(r.changed) < roomSpan)
	crowded = crowded || r.inside > 0 && !quick
	if crowded && (r.inside > 0 || waited < roomPatience) {
		return false
	}
	r.inside++
	return true
}

// why says what is waited for.
func (r *room) why() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inside > 0 {
		return "until those that run are not disturbed"
	}
	return "until it has less to do"
}

// started notes that one has started its pods: what is idle is known anew in a while.
func (r *room) started() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changed = time.Now()
}

func (r *room) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inside--
}

// admit takes the turn for a trial as soon as there is room for it on the machine.
// leave must be called when the trial has ended. When ctx ends first, neither is
// waited for any longer.
func (s *session) admit(ctx context.Context, i Item, beside *witness, step *inStep) (deployed, leave func()) {
	if step != nil { // nobody is measured whom it could disturb
		step.enter(ctx)
		return s.turn.take(ctx), func() {}
	}
	began := time.Now()
	waiting := host.Step{Name: i.Title() + ": wait for room on the machine"}
	tell := func(done bool) {
		waiting.Elapsed, waiting.Done, waiting.Detail = time.Since(began), done, s.room.why()
		s.view.Working(waiting)
	}
	defer func() {
		if waiting.Elapsed > 0 { // it has been told
			tell(true)
		}
	}()
	for ctx.Err() == nil {
		deployed := s.turn.take(ctx)
		if s.room.enter(time.Since(began), beside.quick()) {
			return sync.OnceFunc(func() { s.room.started(); deployed() }), sync.OnceFunc(s.room.leave)
		}
		deployed() // who waits for room does not keep others from their deeds
		tell(false)
		select {
		case <-time.After(roomLook):
		case <-ctx.Done():
		}
	}
	return func() {}, func() {}
}
