package history

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"
)

func state(subject, state string, at int) Interval {
	return Interval{Source: SourcePod, Subject: subject, State: state, From: time.Duration(at)}
}

func TestAStateEndsWhereTheNextBegins(t *testing.T) {
	var lines []string
	r := NewRecorder(StartClock(), func(rec Record) {
		i := rec.Interval
		end := fmt.Sprint(int64(i.To))
		if i.To == Open {
			end = "open"
		}
		lines = append(lines, fmt.Sprintf("%s %s %d..%s", i.Subject, i.State, int64(i.From), end))
	})
	r.State(state("a", "Pending", 1))
	r.State(state("b", "Pending", 2))
	r.State(state("a", "Pending", 3)) // nothing new
	r.State(state("a", "Running", 4))
	r.End(SourcePod, "a", 6)
	r.End(SourcePod, "a", 7) // it is gone already
	r.State(state("a", "Pending", 8))
	want := []string{
		"a Pending 1..open", "b Pending 2..open", "a Pending 1..4", "a Running 4..open", "a Running 4..6", "a Pending 8..open",
	}
	if !reflect.DeepEqual(lines, want) {
		t.Errorf("the sink got %q, want %q", lines, want)
	}
	got := r.Snapshot()
	if len(got) != 4 || got[0].To != 4 || got[1].To != Open || got[2].To != 6 || got[3].To != Open {
		t.Errorf("got %+v", got)
	}
}

func TestOtherAttributesOrDetailAreAnotherState(t *testing.T) {
	r := NewRecorder(StartClock(), nil)
	r.State(state("a", "Pending", 1))
	i := state("a", "Pending", 2)
	i.Attrs = Attrs{AttrNode: "w1"}
	r.State(i)
	i.From, i.Detail = 3, "why"
	r.State(i)
	i.From, i.Attrs = 4, Attrs{AttrNode: "w1"} // the same again
	r.State(i)
	if got := r.Snapshot(); len(got) != 3 {
		t.Errorf("got %+v", got)
	}
}

func TestAStateThatIsToldLateDoesNotEndBeforeItBegan(t *testing.T) {
	r := NewRecorder(StartClock(), nil)
	r.State(state("a", "Pending", 5))
	r.State(state("a", "Running", 3))
	if got := r.Snapshot(); got[0].To != 5 {
		t.Errorf("got %+v", got[0])
	}
}

func TestNothingIsMissedByWhoTakesTheChannelFirst(t *testing.T) {
	r := NewRecorder(StartClock(), nil)
	for name, change := range map[string]func(){
		"state":   func() { r.State(state("a", "Pending", 1)) },
		"end":     func() { r.End(SourcePod, "a", 2) },
		"instant": func() { r.Instant(state("a", "stuck", 3)) },
		"gap":     func() { r.Gap(state("a", "blind", 3)) },
		"mark":    func() { r.Mark(Mark{Phase: PhaseWarm}) },
	} {
		if name == "end" {
			r.State(state("a", "other", 1))
		}
		changed := r.Changed()
		change()
		select {
		case <-changed:
		default:
			t.Errorf("%s was not announced", name)
		}
	}
	changed := r.Changed()
	r.Sample(Sample{})
	select {
	case <-changed:
		t.Error("a sample was announced: a hundred of them come every second")
	default:
	}
}

func TestCopiesStayAsTheyWere(t *testing.T) {
	r := NewRecorder(StartClock(), nil)
	r.SetMeta(Meta{Scenario: "a/b"})
	r.State(state("a", "Pending", 1))
	r.Sample(Sample{Seq: 1})
	h := r.History()
	r.State(state("a", "Running", 2))
	r.Sample(Sample{Seq: 2})
	r.Mark(Mark{Phase: PhaseWarm})
	if len(h.Intervals) != 1 || h.Intervals[0].To != Open || len(h.Samples) != 1 || len(h.Marks) != 0 || h.Meta.Scenario != "a/b" {
		t.Errorf("got %+v", h)
	}
	if got := r.Samples(1); len(got) != 1 || got[0].Seq != 2 {
		t.Errorf("samples from 1 on: %+v", got)
	}
	if r.Samples(2) != nil || r.Samples(9) != nil {
		t.Error("samples from the end on: want none")
	}
}

func TestManyMayRecordAtOnce(t *testing.T) {
	n := 0
	r := NewRecorder(StartClock(), func(Record) { n++ }) // one call at a time, or the race detector says so
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 100 {
				r.State(state(fmt.Sprint(g), fmt.Sprint(i), i))
				r.Sample(Sample{Seq: uint64(i)})
				r.Snapshot()
				r.History()
			}
		})
	}
	all.Wait()
	// Each state is told when it begins, and all but the last of each subject when it ends.
	if want := 8 * (100 + 99 + 100); n != want || len(r.Snapshot()) != 800 {
		t.Errorf("the sink got %d records, want %d", n, want)
	}
}
