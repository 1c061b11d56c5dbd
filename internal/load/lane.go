package load

import (
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/seatrial/seatrial/internal/history"
)

// idleWorkers is how many workers a lane begins with; the attacker adds more
// whenever none is free.
const idleWorkers = 8

// A lane drives one lane of the plan: a vegeta attack whose pacer and round
// tripper are ours.
type lane struct {
	name    string
	timeout time.Duration
	clock   clock
	watch   *watch
	pacer   *pacer
	slots   chan slot
	sender  sender
	probe   fresh // for re-probes
	most    int64 // how many workers there may be
	busy    atomic.Int64
	tally   *tally
	record  func(history.Sample)
	sending chan struct{} // closed at the first send
	sent    atomic.Bool
}

// newLane sets the lane up; its slot 0 is due at start, and none from end on.
func newLane(p Plan, l Lane, m *meter, start, end time.Duration) (*lane, error) {
	p, err := p.on(l)
	if err != nil {
		return nil, err
	}
	w, err := newWire(p, m.ports)
	if err != nil {
		return nil, err
	}
	a, err := newAlarm(m.clock)
	if err != nil {
		return nil, err
	}
	ln := &lane{name: l.Name, timeout: p.Timeout, clock: m.clock, watch: m.watch, probe: fresh{w}, sender: fresh{w},
		tally: newTally(), record: m.outbox.sample, sending: make(chan struct{})}
	// A slot holds a worker for its time-out and that of its re-probe: more are never needed.
	ln.most = int64(2*p.Timeout.Seconds()*float64(l.Rate)) + 64
	ln.slots = make(chan slot, ln.most)
	if l.Connections > 0 {
		ln.sender = newPinned(w, l, p.HideRetries)
	}
	ln.pacer = &pacer{lane: l.Name, rate: int64(l.Rate), start: start, end: end, left: start, clock: m.clock, alarm: a, watch: m.watch,
		slots: ln.slots, skip: ln.skip, full: func() bool { return ln.busy.Load() >= ln.most }}
	if p.Throttle > 0 {
		ln.pacer.rest = time.Second / time.Duration(p.Throttle)
	}
	return ln, nil
}

// run attacks until the pacer ends and every request under way has ended.
func (l *lane) run() {
	defer l.pacer.alarm.close()
	defer l.sender.close()
	attacker := vegeta.NewAttacker(vegeta.Workers(idleWorkers), vegeta.MaxWorkers(uint64(l.most)),
		vegeta.Client(&http.Client{Transport: l, CheckRedirect: noRedirect}))
	target := vegeta.NewStaticTargeter(vegeta.Target{Method: http.MethodGet, URL: "http://slot/"})
	for range attacker.Attack(target, l.pacer, 0, "") {
		// Each result has been recorded already, with what vegeta does not know.
	}
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// RoundTrip implements http.RoundTripper: it sends the slot that the pacer
// handed over last. The request that vegeta made is only its ticket.
func (l *lane) RoundTrip(ticket *http.Request) (*http.Response, error) {
	l.busy.Add(1)
	defer l.busy.Add(-1)
	s := l.hit(<-l.slots)
	if s.Class != history.ClassOK {
		return nil, errors.New(string(s.Class))
	}
	return &http.Response{StatusCode: s.Code, Body: http.NoBody, Header: http.Header{}, Request: ticket}, nil
}

// hit sends the request of a slot, unless it is overdue by now, and records how it went.
func (l *lane) hit(sl slot) history.Sample {
	s := history.Sample{Lane: l.name, Seq: sl.seq, Due: sl.due}
	now := l.clock.now()
	l.watch.beat(now)
	if now-sl.due > overdue {
		return l.skipped(s)
	}
	s.Sent = now
	if !l.sent.Swap(true) {
		close(l.sending)
	}
	within := newLimit(l.clock, l.watch, s.Due+l.timeout)
	l.sender.send(within, &s)
	within.stop()
	end := l.clock.now()
	l.watch.beat(end)
	s.Took = end - s.Sent
	stalled := l.watch.touched(s.Due)
	l.conclude(&s, end, stalled)
	l.reprobe(&s)
	l.tally.add(s, stalled)
	l.record(s)
	return s
}

// conclude settles the class of a slot by what the sender could not see: the
// due time, the attempts, and stalls of our own. A failure across a stall may be
// of our own making, except for a time-out: the limit has waited for it in full.
func (l *lane) conclude(s *history.Sample, end time.Duration, stalled bool) {
	late := end > s.Due+l.timeout
	switch {
	case s.Class == history.ClassOK && late && stalled:
		s.Class, s.Err = history.ClassStall, "answered after the time-out, across a stall of the generator"
	case s.Class == history.ClassOK && late:
		s.Class, s.Err = history.ClassTimeoutBody, "answered after the time-out"
	case s.Class == history.ClassOK && s.Attempts > 1:
		s.Class, s.Err = history.ClassRetried, "answered at a second attempt, on another connection"
	case s.Class.Failed() && stalled && !isTimeout(s.Class):
		s.Class, s.Err = history.ClassStall, string(s.Class)+" across a stall of the generator: "+s.Err
	}
}

// reprobe asks again, on a fresh connection, when a reused one broke: whether
// the target is gone or only the connection.
func (l *lane) reprobe(s *history.Sample) {
	if !s.Reused || s.Code != 0 || !s.Class.Failed() {
		return
	}
	again := history.Sample{}
	within := newLimit(l.clock, l.watch, l.clock.now()+l.timeout)
	defer within.stop()
	l.probe.send(within, &again)
	s.Reprobe = again.Class
	if again.Class == history.ClassOK {
		s.Reprobe = history.ReprobeGood
	}
}

// skip records a slot that the pacer did not hand over.
func (l *lane) skip(sl slot, why history.Class) {
	s := history.Sample{Lane: l.name, Seq: sl.seq, Due: sl.due, Class: why}
	l.tally.add(s, true)
	l.record(s)
}

// skipped records a slot that was overdue when a worker came to it.
func (l *lane) skipped(s history.Sample) history.Sample {
	s.Class = history.ClassSaturated
	if l.watch.cost(s.Due) {
		s.Class = history.ClassStall
	}
	l.tally.add(s, true)
	l.record(s)
	return s
}
