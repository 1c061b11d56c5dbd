package load

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// lead is the time between the start of the lanes' workers and slot 0.
const lead = 20 * time.Millisecond

// Run drives the plan's load from this process until ctx ends or the plan's
// MaxDuration is over; both are an orderly end, and requests under way are waited
// for. sink gets every slot, gaps every span in which the generator stood still;
// both are called from one goroutine, at most 50 ms late, in the order in which
// requests ended.
//
// An error means that the load did not start.
func Run(ctx context.Context, plan Plan, sink func(history.Sample), gaps func(history.Interval)) (Report, error) {
	return run(ctx, plan, func() {}, func(samples []history.Sample, stalls []history.Interval) {
		for _, g := range stalls {
			gaps(g)
		}
		for _, s := range samples {
			sink(s)
		}
	})
}

// run is Run with batches, and a call when every lane is sending.
func run(ctx context.Context, plan Plan, sending func(), deliver func([]history.Sample, []history.Interval)) (Report, error) {
	plan = plan.withDefaults()
	if err := plan.Validate(); err != nil {
		return Report{}, fmt.Errorf("plan of the load: %w", err)
	}
	if err := inNetNS(plan.NetNS); err != nil {
		return Report{}, err
	}
	m, err := newMeter(plan, deliver)
	if err != nil {
		return Report{}, err
	}
	return m.run(ctx, sending), nil
}

// A meter runs the lanes of a plan side by side.
type meter struct {
	plan   Plan
	clock  clock
	pulse  *alarm
	watch  *watch
	outbox *outbox
	lanes  []*lane
	ports  *sourcePorts // nil: as the kernel likes
	from   time.Duration
	end    time.Duration
}

func newMeter(plan Plan, deliver func([]history.Sample, []history.Interval)) (*meter, error) {
	m := &meter{plan: plan, clock: newClock(plan.Origin), outbox: &outbox{deliver: deliver}}
	var err error
	if m.pulse, err = newAlarm(m.clock); err != nil {
		return nil, err
	}
	if plan.NetNS != "" { // in a node's namespace connections are tracked
		m.ports = newSourcePorts()
	}
	now := m.clock.now()
	m.watch = newWatch(now, m.outbox.gap)
	m.from = now + lead
	m.end = m.from + plan.MaxDuration
	for i, l := range plan.Lanes {
		// Lanes of equal rate are due in turn, evenly.
		shift := time.Second / time.Duration(l.Rate) * time.Duration(i) / time.Duration(len(plan.Lanes))
		ln, err := newLane(plan, l, m, m.from+shift, m.end)
		if err != nil {
			return nil, err
		}
		m.lanes = append(m.lanes, ln)
	}
	return m, nil
}

func (m *meter) run(ctx context.Context, sending func()) Report {
	used := processorTime()
	quiet := make(chan struct{}) // closed when no request is under way any more
	var attacks, background sync.WaitGroup
	background.Go(func() { m.watch.keep(m.clock, m.pulse) })
	background.Go(func() { m.outbox.run(quiet) })
	background.Go(func() { m.announce(quiet, sending) })
	for _, l := range m.lanes {
		attacks.Go(l.run)
	}
	release := context.AfterFunc(ctx, m.stop)
	attacks.Wait()
	bound := release()
	m.pulse.interrupt()
	close(quiet)
	background.Wait()
	m.pulse.close()
	return m.report(bound, processorTime()-used)
}

// announce calls sending when every lane has sent its first request.
func (m *meter) announce(quiet <-chan struct{}, sending func()) {
	for _, l := range m.lanes {
		select {
		case <-l.sending:
		case <-quiet:
			return
		}
	}
	sending()
}

// stop makes every lane stop sending.
func (m *meter) stop() {
	for _, l := range m.lanes {
		l.pacer.stop()
	}
}

// report sums up after everything has ended.
func (m *meter) report(bound bool, cpu time.Duration) Report {
	r := Report{From: m.from, To: m.from, Bound: bound, CPU: cpu, Stalls: m.watch.found()}
	for i, l := range m.lanes {
		to := l.pacer.due(l.pacer.next)
		r.To = max(r.To, to)
		sum := l.tally.close(m.plan.Lanes[i], to-l.pacer.start)
		sum.Opened = l.probe.opened.Load()
		if p, ok := l.sender.(*pinned); ok {
			sum.Ousted = p.ousted
		}
		r.Lanes = append(r.Lanes, sum)
	}
	return r
}
