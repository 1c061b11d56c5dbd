package trialtest

import (
	"context"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// perPod is how many connections lane "reused" pins for each pod.
const perPod = 8

// pace is how often the meter writes down what has become due.
const pace = 50 * time.Millisecond

// meter asks the pods in the instant in which a slot is due, and never late.
type meter struct {
	world  *World
	rec    *history.Recorder
	lanes  []history.LanePlan
	start  time.Duration
	pinned []*pod // of lane "reused", by connection
	sent   map[string]uint64
	stop   chan struct{}
	ended  chan struct{}
}

func (w *World) startMeter(lanes []history.LanePlan, rec *history.Recorder) *meter {
	now := rec.Clock().Now()
	m := &meter{world: w, rec: rec, lanes: lanes, start: now, sent: map[string]uint64{}, stop: make(chan struct{}), ended: make(chan struct{})}
	w.mu.Lock()
	w.meters++
	w.mu.Unlock()
	ready := w.routed(now)
	for n := range perPod * len(w.pods) {
		m.pinned = append(m.pinned, ready[n%len(ready)])
	}
	go m.run()
	return m
}

// routed lists the pods that get new connections at t; all of them if none does.
func (w *World) routed(t time.Duration) []*pod {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []*pod
	for _, p := range w.pods {
		if p.routed.on(t) {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return w.pods
	}
	return all
}

func (m *meter) run() {
	defer close(m.ended)
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		m.send(m.rec.Clock().Now())
		select {
		case <-tick.C:
		case <-m.stop:
			return
		}
	}
}

// send writes down every slot that was due before now.
func (m *meter) send(now time.Duration) {
	for _, lane := range m.lanes {
		for {
			seq := m.sent[lane.Lane]
			due := m.start + time.Duration(seq)*lane.Interval()
			if due >= now {
				break
			}
			m.rec.Sample(m.slot(lane, seq, due))
			m.sent[lane.Lane]++
		}
	}
}

func (m *meter) slot(lane history.LanePlan, seq uint64, due time.Duration) history.Sample {
	s := history.Sample{Lane: lane.Lane, Seq: seq, Due: due, Sent: due, Took: time.Millisecond, Code: 200, Attempts: 1}
	var p *pod
	if lane.Lane == history.LaneReused {
		s.Conn, s.Reused = seq%uint64(len(m.pinned)), true
		p = m.pinned[s.Conn]
	} else {
		ready := m.world.routed(due)
		p = ready[seq%uint64(len(ready))]
	}
	s.Pod = p.name
	m.world.mu.Lock()
	defer m.world.mu.Unlock()
	if !p.good.on(due) {
		s.Code, s.Class = 503, history.ClassStatus
	}
	return s
}

// Stop ends the load, whatever error or panic it then has been told to have.
func (m *meter) Stop(context.Context) error {
	select {
	case <-m.stop: // it is stopped already
	default:
		close(m.stop)
		<-m.ended
		m.world.mu.Lock()
		m.world.meters--
		m.world.mu.Unlock()
	}
	return m.world.enter("Stop")
}

// ClockError is told as that of an agent would be.
func (m *meter) ClockError() time.Duration { return 2 * time.Millisecond }

// Stall is not what a meter without a process can do.
func (m *meter) Stall(context.Context, time.Duration) error { return m.world.enter("Stall") }
