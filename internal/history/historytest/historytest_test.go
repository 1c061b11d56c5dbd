package historytest

import (
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

func TestParse(t *testing.T) {
	got := Parse("ok:a,b*3 XX -- .. 503:a to ok+2 @20ms")
	want := []history.Sample{
		{Lane: "fresh", Seq: 0, Pod: "a", Code: 200, Attempts: 1, Took: time.Millisecond},
		{Lane: "fresh", Seq: 1, Pod: "b", Code: 200, Attempts: 1, Took: time.Millisecond, Due: 20 * time.Millisecond, Sent: 20 * time.Millisecond},
		{Lane: "fresh", Seq: 2, Pod: "a", Code: 200, Attempts: 1, Took: time.Millisecond, Due: 40 * time.Millisecond, Sent: 40 * time.Millisecond},
		{Lane: "fresh", Seq: 3, Class: history.ClassRefused, Attempts: 1, Took: time.Millisecond, Due: 60 * time.Millisecond, Sent: 60 * time.Millisecond},
		{Lane: "fresh", Seq: 4, Class: history.ClassStall, Due: 80 * time.Millisecond},
		{Lane: "fresh", Seq: 6, Class: history.ClassStatus, Pod: "a", Code: 503, Attempts: 1, Took: time.Millisecond, Due: 120 * time.Millisecond, Sent: 120 * time.Millisecond},
		{Lane: "fresh", Seq: 7, Class: history.ClassTimeoutFirst, Attempts: 1, Took: Timeout, Due: 140 * time.Millisecond, Sent: 140 * time.Millisecond},
		{Lane: "fresh", Seq: 8, Code: 200, Attempts: 2, Took: time.Millisecond, Due: 160 * time.Millisecond, Sent: 160 * time.Millisecond},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d samples, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("slot %d:\n got %+v\nwant %+v", i, got[i], want[i])
		}
	}
}

func TestParsePanicsOnWhatItCannotRead(t *testing.T) {
	for _, text := range []string{"okay", "ok*x", "ok @fast"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q was read", text)
				}
			}()
			Parse(text)
		}()
	}
}

func TestBuilder(t *testing.T) {
	h := new(Builder).
		Marks("steady 1s fault 2s..2.5s").Targets("p").
		Load("fresh", 10, time.Second, "ok XX").
		State("pod", "p", "1s Running 2s Terminating 3s -", "node=w1", "uid=u").
		Instant("app", "p", "stuck", "1.5s").
		Gap("app", "p", "5s..").Build()
	if m := h.Marks[1]; m.Earliest != 2*time.Second || m.Latest != 2500*time.Millisecond || m.Targets[0] != "p" {
		t.Errorf("mark: %+v", m)
	}
	if s := h.Samples[1]; s.Due != 1100*time.Millisecond || !s.Class.Failed() || h.Meta.Load[0].Rate != 10 {
		t.Errorf("sample: %+v", s)
	}
	if len(h.Intervals) != 3 || h.Intervals[1].To != 3*time.Second || h.Intervals[1].Attrs["uid"] != "u" {
		t.Errorf("intervals: %+v", h.Intervals)
	}
	if i := h.Intervals[2]; i.From != i.To || i.State != "stuck" {
		t.Errorf("instant: %+v", i)
	}
	if g := h.Gaps[0]; g.From != 5*time.Second || g.To != history.Open {
		t.Errorf("gap: %+v", g)
	}
}

func TestBuilderDeedsAndDetails(t *testing.T) {
	b := new(Builder).Marks("steady 1s fault 2s drain 9s").Targets("p").State("pod", "p", "1s Running")
	before := b.Build()
	h := b.Deed("3s..4s", "q").Detail("pod", "p", "words").Build()
	if m := h.Marks[2]; len(h.Marks) != 4 || m.Phase != history.PhaseFault || m.Latest != 4*time.Second || m.Targets[0] != "q" || h.Marks[1].Targets[0] != "p" {
		t.Errorf("marks: %+v", h.Marks)
	}
	if h.Intervals[0].Detail != "words" || before.Intervals[0].Detail != "" || len(before.Marks) != 3 {
		t.Errorf("details: %+v, before %+v", h.Intervals, before.Intervals)
	}
}

func TestWebCanBeChangedWithoutChangingWhatWasBuilt(t *testing.T) {
	b := Web()
	before := b.Build()
	pods := len(before.Intervals)
	b.Without(history.SourcePod, PodA).Load("fresh", 50, 0, "XX")
	if len(before.Intervals) != pods || before.Samples[0].Class.Failed() {
		t.Error("the history that was built has changed")
	}
	if len(before.Meta.Load) != 2 || len(before.Samples) != 2*1470 {
		t.Errorf("%d lanes, %d samples", len(before.Meta.Load), len(before.Samples))
	}
}
