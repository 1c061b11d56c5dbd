package measure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/load"
)

// Two rhythms: how often is looked whether what is waited for has come (nothing is
// measured by it), and how often the watcher is told.
const (
	look = 20 * time.Millisecond
	tell = time.Second / 4
)

// Run measures. The watcher is told a few times a second how things stand; it may
// be nil. The error says that nothing was measured, and why; what was measured and
// proves nothing is a result of its own (INVALID).
//
// When ctx ends, the command is asked to end and what was measured is the result.
func Run(ctx context.Context, o Options, watcher func(Now)) (Result, error) {
	if watcher == nil {
		watcher = func(Now) {}
	}
	if err := errors.Join(o.Check(), FindCommand(o.Command)); err != nil {
		return Result{}, err
	}
	clock := history.StartClock()
	plan := o.plan(clock)
	var way *WayIn
	if len(o.Agents) == 0 { // a cluster's own names are for its agents to resolve
		found, err := o.resolve(ctx)
		if err != nil {
			return Result{}, err
		}
		way = wayIn(o.URL, found)
	}
	s := newSink(o)
	detached := context.WithoutCancel(ctx)
	meters, err := start(detached, o, plan, s)
	if err != nil {
		return Result{}, err
	}
	m := &measurement{options: o, clock: clock, begun: clock.Now(), sink: s, meters: meters, wayIn: way, warm: o.timeout() + warmLimit, watcher: watcher}
	command, doubt := m.drive(ctx)
	report, err := meters.stop(detached)
	if err != nil {
		doubt = errors.Join(doubt, err)
	}
	return m.result(report, command, doubt), nil
}

// resolve finds the addresses of the URL's host, and says now what every request would say.
func (o Options) resolve(ctx context.Context) ([]netip.Addr, error) {
	u, err := url.Parse(o.URL)
	if err != nil {
		return nil, err
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname()) // of an address it is that
	if err != nil {
		return nil, fmt.Errorf("resolve %s: %w", u.Hostname(), err)
	}
	return found, o.allows(u.Hostname(), found)
}

// allows says whether a host with these addresses may be loaded.
func (o Options) allows(host string, found []netip.Addr) error {
	if o.Remote || slices.ContainsFunc(found, isLoopback) {
		return nil
	}
	return remote(load.NotLoopback(fmt.Sprintf("%s (%s)", host, found[0])))
}

func isLoopback(a netip.Addr) bool { return a.Unmap().IsLoopback() }

// measurement is one measurement on its way.
type measurement struct {
	options Options
	clock   history.Clock
	begun   time.Duration // when every lane was sending: all lengths of time count from here, however long the meter took to start
	sink    *sink
	meters  *meters
	wayIn   *WayIn
	warm    time.Duration // how long the target may take for its first good answers
	watcher func(Now)
	told    time.Duration
}

// drive waits for the target, runs the command and lets the load go on as long as
// was asked. The error is a doubt about the whole.
func (m *measurement) drive(ctx context.Context) (*Command, error) {
	if len(m.options.Command) == 0 {
		return nil, m.rest(ctx, "load", m.begun+m.length(), m.begun+m.length()+m.options.SettleMax)
	}
	if err := m.wait(ctx, "warm", m.clock.Now()+m.warm, m.sink.answered); err != nil || !m.sink.answered() {
		notRun := fmt.Errorf("the command was not run: not every lane had a good answer within %s", m.warm)
		return &Command{Line: m.options.Command, Error: "not run: the target had not answered"}, cmp.Or(err, notRun)
	}
	ended := make(chan Command, 1)
	from := m.clock.Now()
	go func() { ended <- runCommand(ctx, m.options.Command, m.options.Output) }()
	var command Command
	err := m.wait(context.WithoutCancel(ctx), "command", history.Open, func() bool {
		select {
		case command = <-ended:
			return true
		default:
			return false
		}
	})
	if err != nil { // the load is over: the command goes on, unmeasured, to its end
		_, _ = m.meters.stop(context.WithoutCancel(ctx)) // what it says is said once more at the end
		command = m.unmeasured(err, ended)
	}
	command.FromMs, command.ToMs = ms(from), ms(m.clock.Now())
	if err == nil && !command.Ran {
		err = fmt.Errorf("the command was not run: %s", command.Error)
	}
	if err != nil {
		return &command, err
	}
	over := m.clock.Now()
	settled, lasts := over+min(m.options.Settle, m.options.SettleMax), m.begun+m.options.Duration
	return &command, m.rest(ctx, "settle", max(settled, lasts), max(over, lasts)+m.options.SettleMax)
}

// unmeasured waits for the command's end after that of the load, and says so.
func (m *measurement) unmeasured(why error, ended <-chan Command) Command {
	if m.options.Output != nil {
		fmt.Fprintf(m.options.Output, "%v: what the command does from here on is not measured\n", why)
	}
	tick := time.NewTicker(tell)
	defer tick.Stop()
	for {
		select {
		case command := <-ended:
			return command
		case <-tick.C:
			n := m.sink.now()
			n.Elapsed, n.Phase = m.clock.Now(), "unmeasured"
			m.watcher(n)
		}
	}
}

// length is how long the load lasts without a command.
func (m *measurement) length() time.Duration {
	if m.options.Duration > 0 {
		return m.options.Duration
	}
	return DefaultDuration
}

// rest lets the load go on until that offset, and then until it is known how all went
// that was due by then and no outage is open, but not beyond most.
func (m *measurement) rest(ctx context.Context, phase string, until, most time.Duration) error {
	if err := m.wait(ctx, phase, until, func() bool { return false }); err != nil {
		return err
	}
	return m.wait(ctx, phase, min(most, m.bound()), func() bool { return m.sink.closed(until) })
}

// bound is when the load ends whatever happens.
func (m *measurement) bound() time.Duration { return m.begun + m.options.Most }

// wait waits until done, or the offset limit. The error says that the load was over
// before, or ctx.
func (m *measurement) wait(ctx context.Context, phase string, limit time.Duration, done func() bool) error {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for !done() {
		now := m.clock.Now()
		if now >= limit {
			return nil
		}
		if now >= m.bound() {
			return fmt.Errorf("the load ended first: bounded to %s", m.options.Most)
		}
		if now-m.told >= tell {
			m.told = now
			n := m.sink.now()
			n.Elapsed, n.Phase = now, phase
			m.watcher(n)
		}
		select {
		case <-tick.C:
		case <-m.meters.done:
			return errors.New("the load ended first: the meter died")
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// result puts together what was measured.
func (m *measurement) result(report load.Report, command *Command, doubt error) Result {
	s := m.sink
	s.mu.Lock()
	defer s.mu.Unlock()
	r := Result{
		StartedAt: m.clock.Wall, URL: redacted(m.options.URL), DurationMs: ms(report.To - report.From), MaxMs: m.options.maxMs(), WayIn: m.wayIn,
		Lanes: map[string]judge.Lane{}, Latency: map[string]Latency{}, Command: command, Spans: s.spans, SpanMs: ms(spanOf),
		Tester: Tester{Stalls: []Stall{}, Why: map[string]int{}, CPUMs: ms(report.CPU)},
	}
	for name, g := range s.lanes {
		r.Lanes[name] = g.Lane(history.Open, s.gapsOf(name))
		r.Tester.BlindMs = max(r.Tester.BlindMs, ms(g.Blind()))
	}
	r.Errors = s.errors
	for _, g := range s.gaps {
		r.Tester.Stalls = append(r.Tester.Stalls, Stall{FromMs: ms(g.From), ToMs: ms(g.To), Lane: g.Subject, What: g.State})
	}
	r.Tester.Clocks = m.meters.clocks
	for _, l := range report.Lanes {
		r.Latency[l.Name] = Latency{Corrected: spreadOf(l.Latency), Uncorrected: spreadOf(l.Service)}
		r.Tester.LatenessP99Ms = max(r.Tester.LatenessP99Ms, ms(l.Lateness.P99))
		r.Tester.Achieved += l.Achieved
		r.Tester.Ousted += l.Ousted
		for class, n := range l.Skipped {
			r.Tester.Skipped += int(n)
			r.Tester.Why[string(class)] += int(n)
		}
	}
	if len(m.options.Agents) > 1 {
		doubt = errors.Join(doubt, m.merge(r, report))
	}
	r.Verdict, r.Reason = m.verdict(r, report, doubt)
	return r
}

// redacted is a URL without its password.
func redacted(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return text
	}
	return u.Redacted()
}

// merge adds the latencies of each lane over all agents.
func (m *measurement) merge(r Result, report load.Report) error {
	for _, lane := range m.options.Lanes {
		var latency, service []load.Spread
		for _, l := range report.Lanes {
			if strings.HasPrefix(l.Name, lane+"@") {
				latency, service = append(latency, l.Latency), append(service, l.Service)
			}
		}
		corrected, err := load.Merge(latency...)
		if err != nil {
			return err
		}
		uncorrected, err := load.Merge(service...)
		if err != nil {
			return err
		}
		r.Latency[lane] = Latency{Corrected: spreadOf(corrected), Uncorrected: spreadOf(uncorrected)}
	}
	return nil
}
