package measure

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/agent"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
)

// A meter is a load on its way: a process here, or an agent in a cluster.
type meter interface {
	Done() <-chan struct{}
	Stop(ctx context.Context) (load.Report, error)
}

// meters are all that measure.
type meters struct {
	all    []meter
	rename []func(string) string // what a meter's lanes are called here
	done   chan struct{}         // closed when the first of them has ended
	clocks []Clock
	ended  sync.Once
	report load.Report
	err    error
}

// start starts the process, or the agents. If one does not start none goes on.
func start(ctx context.Context, o Options, plan load.Plan, s *sink) (*meters, error) {
	m := &meters{done: make(chan struct{})}
	if len(o.Agents) == 0 {
		process, err := load.Start(ctx, o.Meter, plan, s.sample, s.gap)
		if err != nil {
			return nil, err
		}
		m.add(process, func(lane string) string { return lane })
		return m.watch(), nil
	}
	sessions, errs := make([]*agent.Session, len(o.Agents)), make([]error, len(o.Agents))
	var all sync.WaitGroup
	for i, r := range o.Agents {
		all.Go(func() {
			sessions[i], errs[i] = agent.Start(ctx, r, plan,
				func(x history.Sample) { x.Lane = laneAt(x.Lane, r); s.sample(x) },
				func(g history.Interval) { g.Subject = laneAt(g.Subject, r); s.gap(g) })
		})
	}
	all.Wait()
	for i, r := range o.Agents {
		if errs[i] != nil {
			continue
		}
		a := sessions[i].Alignment
		m.add(sessions[i], func(lane string) string { return laneAt(lane, r) })
		m.clocks = append(m.clocks, Clock{Agent: r.Name, Node: r.Node, AheadMs: ms(a.Ahead), ErrorMs: ms(a.Error)})
	}
	if err := errors.Join(errs...); err != nil {
		_, stopErr := m.stop(ctx)
		return nil, errors.Join(err, stopErr)
	}
	return m.watch(), nil
}

func (m *meters) add(one meter, rename func(string) string) {
	m.all, m.rename = append(m.all, one), append(m.rename, rename)
}

// watch closes done when the first meter has ended.
func (m *meters) watch() *meters {
	var once sync.Once
	for _, one := range m.all {
		go func() { <-one.Done(); once.Do(func() { close(m.done) }) }()
	}
	return m
}

// stop stops all of them and joins their reports: the lanes of all, from the first
// slot of any to the last of any. Once more it only says so again.
func (m *meters) stop(ctx context.Context) (load.Report, error) {
	m.ended.Do(func() {
		ctx, cancel := context.WithTimeout(ctx, stopLimit)
		defer cancel()
		m.report, m.err = m.join(ctx)
	})
	return m.report, m.err
}

func (m *meters) join(ctx context.Context) (load.Report, error) {
	reports, errs := make([]load.Report, len(m.all)), make([]error, len(m.all))
	var all sync.WaitGroup
	for i, one := range m.all {
		all.Go(func() { reports[i], errs[i] = one.Stop(ctx) })
	}
	all.Wait()
	for i, one := range m.all {
		if s, ok := one.(*agent.Session); ok { // its clock is known anew
			m.clocks[i].ErrorMs = ms(s.Alignment.Error)
		}
	}
	var sum load.Report
	for i, r := range reports {
		if len(r.Lanes) == 0 {
			continue
		}
		if sum.From == 0 || r.From < sum.From {
			sum.From = r.From
		}
		sum.To, sum.CPU, sum.Bound = max(sum.To, r.To), sum.CPU+r.CPU, sum.Bound || r.Bound
		for _, l := range r.Lanes {
			l.Name = m.rename[i](l.Name)
			sum.Lanes = append(sum.Lanes, l)
		}
	}
	return sum, errors.Join(errs...)
}

// stopLimit bounds the wait for what agents have still to tell.
const stopLimit = 5 * time.Minute
