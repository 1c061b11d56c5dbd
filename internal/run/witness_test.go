package run

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// aWitness began so long before its trial, and is steady since its own instant 0.
func aWitness(samples ...history.Sample) *witness {
	w := &witness{steady: make(chan struct{}), leave: make(chan struct{}), ended: make(chan struct{})}
	clock := history.StartClock()
	clock.Wall = clock.Wall.Add(-time.Minute)
	w.rec = history.NewRecorder(clock, nil)
	for _, x := range samples {
		w.rec.Sample(x)
	}
	return w
}

// trialOf is a trial's record: it began when the witness was 10 s old, was broken
// after 1 s and its load stopped after 11 s.
func trialOf(w *witness) *history.Recorder {
	clock := w.rec.Clock()
	clock.Wall = clock.Wall.Add(10 * time.Second)
	rec := history.NewRecorder(clock, nil)
	for _, m := range []history.Mark{{Phase: history.PhaseSteady}, {Phase: history.PhaseFault, Earliest: time.Second}, {Phase: history.PhaseDrain, Earliest: 11 * time.Second}} {
		rec.Mark(m)
	}
	return rec
}

// asked is a witness's load: both lanes, from one instant of its own to another.
func asked(from, to time.Duration, class history.Class) []history.Sample {
	var all []history.Sample
	for due := from; due < to; due += time.Second / witnessRate {
		all = append(all, history.Sample{Lane: "fresh", Due: due, Class: class}, history.Sample{Lane: "reused", Due: due, Class: class})
	}
	return all
}

func TestWitnessesAreSharedAndReplaced(t *testing.T) {
	var called []*witness
	call := func(n int) *witness {
		called = append(called, aWitness())
		if len(called) != n {
			t.Errorf("witness %d is called number %d", len(called), n)
		}
		return called[n-1]
	}
	var ws witnesses
	first, again := ws.join(call), ws.join(call)
	if first != again || len(called) != 1 {
		t.Fatal("two trials have a witness each")
	}
	ws.part(first)
	retired := make(chan struct{})
	go func() { ws.retire(t.Context()); close(retired) }()
	for ws.join(call) == first { // until it is dismissed
		ws.part(first)
	}
	select {
	case <-first.leave:
		t.Fatal("it went while it was needed")
	default:
	}
	ws.part(again)
	<-first.leave
	close(first.ended)
	<-retired
	close(called[1].ended) // it died
	if ws.join(call) == called[1] {
		t.Error("a dead witness is joined")
	}
}

// Nobody has the cluster for itself while a witness that was replaced is still there.
func TestRetireWaitsForAll(t *testing.T) {
	var ws witnesses
	old := aWitness()
	clock := old.rec.Clock()
	clock.Wall = clock.Wall.Add(-witnessAge)
	old.rec = history.NewRecorder(clock, nil)
	ws.join(func(int) *witness { return old })
	next := ws.join(func(int) *witness { return aWitness() })
	if next == old {
		t.Fatal("a witness that is too old is joined")
	}
	ws.part(next)
	retired := make(chan struct{})
	go func() { ws.retire(t.Context()); close(retired) }()
	<-next.leave
	close(next.ended)
	ws.part(old)
	<-old.leave
	select {
	case <-retired:
		t.Error("the old one is still there")
	case <-time.After(50 * time.Millisecond):
	}
	close(old.ended)
	<-retired
}

func TestTestimony(t *testing.T) {
	samples := asked(0, 30*time.Second, history.ClassOK)
	samples = append(samples,
		history.Sample{Lane: "fresh", Due: 9 * time.Second, Class: history.ClassRefused}, // before the trial
		history.Sample{Lane: "reused", Due: 15 * time.Second, Class: history.ClassReset, Err: "reset by peer"},
		history.Sample{Lane: "fresh", Due: 15 * time.Second, Class: history.ClassStall},   // never asked
		history.Sample{Lane: "fresh", Due: 25 * time.Second, Class: history.ClassRefused}) // after it
	w := aWitness(samples...)
	close(w.steady)
	rec := trialOf(w)
	w.testify(t.Context(), rec)
	h := rec.History()
	if len(h.Gaps) != 0 || len(h.Intervals) != 2 {
		t.Fatalf("gaps %+v, intervals %+v", h.Gaps, h.Intervals)
	}
	failed, asked := h.Intervals[0], h.Intervals[1]
	if failed.Source != history.SourceWitness || failed.Subject != "reused" || failed.State != "reset" || failed.From != 5*time.Second || failed.Detail != "reset by peer" {
		t.Errorf("failed: %+v", failed)
	}
	if asked.State != history.StateAsked || asked.From != 0 || asked.To != 11*time.Second || asked.Attrs[history.AttrRequests] != "553" {
		t.Errorf("asked: %+v", asked)
	}
}

// A witness that was not there while it was needed, or was not asked, leaves a gap.
func TestNoTestimony(t *testing.T) {
	for name, c := range map[string]struct {
		samples []history.Sample
		never   bool          // it was never steady
		from    time.Duration // of its own time
		gap     string        // "" is none
		why     string
	}{
		"never steady":           {never: true, gap: "1s..11s", why: "no room"},
		"steady too late":        {samples: asked(16*time.Second, 30*time.Second, ""), from: 16 * time.Second, gap: "1s..6s", why: "not steady yet"},
		"its meter died":         {samples: asked(0, 15*time.Second, ""), gap: "1s..11s", why: "it was asked 200 times of 500"},
		"it stood still all day": {samples: asked(0, 30*time.Second, history.ClassStall), gap: "1s..11s", why: "asked 0 times"},
		"it was there":           {samples: asked(0, 30*time.Second, "")},
	} {
		w := aWitness(c.samples...)
		w.from, w.err = c.from, errors.New("no room")
		if !c.never {
			close(w.steady)
		}
		close(w.ended)
		rec := trialOf(w)
		w.testify(t.Context(), rec)
		gaps := rec.History().Gaps
		switch {
		case c.gap == "" && len(gaps) > 0, c.gap != "" && len(gaps) == 0:
			t.Errorf("%s: gaps %+v, want %q", name, gaps, c.gap)
		case c.gap != "" && (gaps[0].From.String()+".."+gaps[0].To.String() != c.gap || !strings.Contains(gaps[0].Detail, c.why)):
			t.Errorf("%s: gap %s..%s %q, want %s %q", name, gaps[0].From, gaps[0].To, gaps[0].Detail, c.gap, c.why)
		}
	}
}
