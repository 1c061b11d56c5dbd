package run

import (
	"errors"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// aService is a witness that stood a second before the trial began.
func aService(samples ...history.Sample) *service {
	s := &service{rec: history.NewRecorder(history.StartClock(), nil), steady: make(chan struct{}), leave: make(chan struct{}), ended: make(chan struct{})}
	for _, x := range samples {
		s.rec.Sample(x)
	}
	return s
}

// trialAfter is a trial's record that began so long after the witness's, broken at once.
func trialAfter(s *service, d time.Duration) *history.Recorder {
	clock := s.rec.Clock()
	clock.Wall = clock.Wall.Add(d)
	rec := history.NewRecorder(clock, nil)
	rec.Mark(history.Mark{Phase: history.PhaseFault, Earliest: time.Millisecond, Latest: time.Millisecond})
	return rec
}

func TestWitnessesAreSharedAndReplaced(t *testing.T) {
	var called []*service
	call := func(n int) *service {
		called = append(called, aService())
		if len(called) != n {
			t.Errorf("witness %d is called number %d", len(called), n)
		}
		return called[n-1]
	}
	var w witness
	first, again := w.join(call), w.join(call)
	if first != again || len(called) != 1 {
		t.Fatal("two trials have a witness each")
	}
	w.part(first)
	retired := make(chan struct{})
	go func() { w.retire(t.Context()); close(retired) }()
	for w.join(call) == first { // until it is dismissed
		w.part(first)
	}
	select {
	case <-first.leave:
		t.Fatal("it went while it was needed")
	default:
	}
	w.part(again)
	<-first.leave
	close(first.ended)
	<-retired
	close(called[1].ended) // it died
	if w.join(call) == called[1] {
		t.Error("a dead witness is joined")
	}
}

func TestTestimony(t *testing.T) {
	s := aService(
		history.Sample{Lane: "fresh", Due: -time.Hour, Class: history.ClassRefused}, // long before the trial
		history.Sample{Lane: "fresh", Due: 0},
		history.Sample{Lane: "reused", Due: 0, Class: history.ClassReset, Err: "reset by peer"},
		history.Sample{Lane: "fresh", Due: 0, Class: history.ClassStall}, // never asked
		history.Sample{Lane: "fresh", Due: time.Hour},                    // whatever was due before has come
	)
	s.from = -time.Second
	close(s.steady)
	rec := trialAfter(s, -500*time.Millisecond) // the witness's 0 is the trial's 0.5 s
	s.testify(t.Context(), rec)
	h := rec.History()
	if len(h.Gaps) != 0 || len(h.Intervals) != 2 {
		t.Fatalf("gaps %+v, intervals %+v", h.Gaps, h.Intervals)
	}
	failed, asked := h.Intervals[0], h.Intervals[1]
	if failed.Source != history.SourceWitness || failed.Subject != "reused" || failed.State != "reset" || failed.From != 500*time.Millisecond || failed.Detail != "reset by peer" {
		t.Errorf("failed: %+v", failed)
	}
	if asked.State != history.StateAsked || asked.From != 0 || asked.To == history.Open || asked.Attrs[history.AttrRequests] != "2" {
		t.Errorf("asked: %+v", asked)
	}
}

// A witness that was not there when the trial was broken leaves a gap.
func TestNoTestimony(t *testing.T) {
	s := aService()
	s.err = errors.New("no room")
	close(s.ended)
	rec := trialAfter(s, -10*time.Millisecond)
	s.testify(t.Context(), rec)
	gaps := rec.History().Gaps
	if len(gaps) != 1 || gaps[0].Source != history.SourceWitness || gaps[0].Detail != "no room" || gaps[0].From != time.Millisecond || gaps[0].To <= gaps[0].From {
		t.Errorf("%+v", gaps)
	}
}
