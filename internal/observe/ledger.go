package observe

import (
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A ledger keeps which object says what, and records what holds by all of them
// together: a subject of which no object speaks any more has ended.
type ledger struct {
	rec    *history.Recorder
	better func(a, b history.Interval) bool
	says   map[string][]history.Interval // by object
}

type topic struct{ source, subject string }

func newLedger(rec *history.Recorder, better func(a, b history.Interval) bool) *ledger {
	return &ledger{rec: rec, better: better, says: map[string][]history.Interval{}}
}

// set replaces what the object says.
func (l *ledger) set(object string, facts []history.Interval, at time.Duration) {
	before := l.says[object]
	if len(facts) == 0 {
		delete(l.says, object)
	} else {
		l.says[object] = facts
	}
	done := map[topic]bool{}
	for _, facts := range [2][]history.Interval{facts, before} {
		for _, f := range facts {
			about := topic{f.Source, f.Subject}
			if done[about] {
				continue
			}
			done[about] = true
			l.record(about, object, at)
		}
	}
}

// record notes what holds of the subject now.
func (l *ledger) record(about topic, object string, at time.Duration) {
	best, ok := l.best(about, object)
	if !ok {
		l.rec.End(about.source, about.subject, at)
		return
	}
	best.From = at
	l.rec.State(best)
}

// best is what holds of the subject: of what all objects say if they may speak of
// the same, else of what this one says.
func (l *ledger) best(about topic, object string) (best history.Interval, ok bool) {
	weigh := func(facts []history.Interval) {
		for _, f := range facts {
			if (topic{f.Source, f.Subject}) == about && (!ok || l.better != nil && l.better(f, best)) {
				best, ok = f, true
			}
		}
	}
	if l.better == nil {
		weigh(l.says[object])
		return best, ok
	}
	for _, facts := range l.says {
		weigh(facts)
	}
	return best, ok
}

// instants notes what happened and did not last.
func (l *ledger) instants(facts []history.Interval, at time.Duration) {
	for _, f := range facts {
		f.From = at
		l.rec.Instant(f)
	}
}
