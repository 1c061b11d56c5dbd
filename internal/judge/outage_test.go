package judge

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
)

// parsed is a history of one lane at 10/s from 0 on, without marks.
func parsed(words string) *history.History {
	return new(historytest.Builder).Load(history.LaneFresh, 10, 0, words).Build()
}

func TestOutages(t *testing.T) {
	for _, tt := range []struct{ name, slots, want string }{
		{"worked example: two outages", "ok ok XX XX XX ok ok XX ok", "200..500 ±100 3/3; 700..800 ±100 1/1; total 400 longest 300"},
		{"worked example: a stall at the end of it", "ok ok XX XX -- -- ok", "200..600 ±300 2/4 stalled; total 400 longest 400"},
		{"none", "ok ok ok", "total 0 longest 0"},
		{"a stall alone is no downtime", "ok -- -- -- ok", "total 0 longest 0"},
		{"a stall before it", "ok -- -- XX ok", "300..400 ±300 1/1 stalled; total 100 longest 100"},
		{"a stall within it", "ok XX -- XX ok", "100..400 ±200 2/3 stalled; total 300 longest 300"},
		{"a lost slot is like a skipped one", "ok XX .. XX ok", "100..400 ±200 2/3 stalled; total 300 longest 300"},
		{"to the end", "ok ok XX XX", "200..400 ±100 2/2 open; total 200 longest 200"},
		{"to the end, then a stall", "ok ok XX --", "200..400 ±200 1/2 stalled open; total 200 longest 200"},
		{"from the beginning", "XX ok", "0..100 ±100 1/1; total 100 longest 100"},
		{"nothing but failures", "XX XX", "0..200 ±100 2/2 open; total 200 longest 200"},
		{"a silent retry", "ok ok+2 ok", "100..200 ±100 1/1; total 100 longest 100"},
		{"nothing sent", "-- sat", "total 0 longest 0"},
	} {
		if got := shown(Measure(parsed(tt.slots), history.LaneFresh)); got != tt.want {
			t.Errorf("%s: %s\n got %s\nwant %s", tt.name, tt.slots, got, tt.want)
		}
	}
}

func shown(l Lane) string {
	var b strings.Builder
	for _, w := range l.Windows {
		fmt.Fprintf(&b, "%g..%g ±%g %d/%d", w.FromMs, w.ToMs, w.UncertaintyMs, w.Failed, w.Slots)
		if w.Stalled {
			b.WriteString(" stalled")
		}
		if w.OpenEnded {
			b.WriteString(" open")
		}
		b.WriteString("; ")
	}
	fmt.Fprintf(&b, "total %g longest %g", l.TotalMs, l.LongestMs)
	return b.String()
}

func TestCountsOfALane(t *testing.T) {
	l := Measure(parsed("ok XX 503 -- .. po ok rst ok"), history.LaneFresh)
	if l.Requests != 6 || l.Errors != 3 || l.Skipped != 3 || l.ResolutionMs != 100 {
		t.Errorf("got %+v", l)
	}
	want := map[string]int{"refused": 1, "status": 1}
	if got := l.Windows[0].Classes; !reflect.DeepEqual(got, want) {
		t.Errorf("classes: got %v, want %v", got, want)
	}
}

// Of the requests that an outage failed, some only met a connection that had been cut.
func TestServedAnew(t *testing.T) {
	h := new(historytest.Builder).Marks("warm 0s steady 0s drain 1s").Load(history.LaneReused, 10, 0, "ok rst rst rst ok ok ok rst ok ok").Build()
	for _, n := range []int{2, 3, 7} {
		h.Samples[n].Reprobe = history.ReprobeGood
	}
	l := Measure(h, history.LaneReused)
	if len(l.Windows) != 2 || l.Windows[0].ServedAnew != 2 || l.Windows[1].ServedAnew != 1 || l.Degradations[0].ServedAnew != 3 {
		t.Errorf("%+v %+v", l.Windows, l.Degradations)
	}
}

func TestOnlyFromSteadyToDrainIsCounted(t *testing.T) {
	h := new(historytest.Builder).Marks("warm 0s steady 500ms drain 1s").
		Load(history.LaneFresh, 10, 0, "XX XX XX ok ok XX ok ok ok XX XX XX").Build()
	if got, want := shown(Measure(h, history.LaneFresh)), "500..600 ±100 1/1; 900..1000 ±100 1/1 open; total 200 longest 100"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDegradations(t *testing.T) {
	for _, tt := range []struct{ name, slots, want string }{
		{"worked example", "XX ok ok XX ok ok XX ok", "0..700 3/7"},
		{"one outage is none", "ok XX XX ok", ""},
		{"a second apart is another trouble", "ok XX ok*10 XX ok", ""},
		{"a little less is the same", "ok XX ok*9 XX ok", "100..1200 2/11"},
		{"two of them", "XX ok XX ok*20 XX XX ok XX ok", "0..300 2/3; 2300..2700 3/4"},
		{"to the end", "ok XX ok XX", "100..400 2/3 open"},
		{"stalled", "ok XX -- ok XX ok", "100..500 2/4 stalled"},
	} {
		var got []string
		for _, d := range Measure(parsed(tt.slots), history.LaneFresh).Degradations {
			text := fmt.Sprintf("%g..%g %d/%d", d.FromMs, d.ToMs, d.Failed, d.Slots)
			if d.Stalled {
				text += " stalled"
			}
			if d.OpenEnded {
				text += " open"
			}
			got = append(got, text)
		}
		if strings.Join(got, "; ") != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestTheErrorIsBelowOneInterval puts a break of any length anywhere between the
// slots: what is measured never differs from it by as much as it says.
func TestTheErrorIsBelowOneInterval(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		const interval, n = 20 * time.Millisecond, 200
		from := time.Duration(rnd.Int64N(int64(2 * time.Second)))
		to := from + interval + time.Duration(rnd.Int64N(int64(time.Second)))
		h := &history.History{Meta: history.Meta{Load: []history.LanePlan{{Lane: "fresh", Rate: 50}}}}
		skipFrom, skipped := uint64(rnd.IntN(n)), uint64(rnd.IntN(8))
		for seq := range uint64(n) {
			s := history.Sample{Lane: "fresh", Seq: seq, Due: time.Duration(seq) * interval}
			s.Sent = s.Due + time.Duration(rnd.Int64N(int64(3*time.Millisecond)))
			if s.Sent >= from && s.Sent < to {
				s.Class = history.ClassRefused
			}
			if seq >= skipFrom && seq < skipFrom+skipped {
				s.Sent, s.Class = 0, history.ClassStall
			}
			h.Samples = append(h.Samples, s)
		}
		rnd.Shuffle(n, func(i, j int) { h.Samples[i], h.Samples[j] = h.Samples[j], h.Samples[i] })
		l := Measure(h, "fresh")
		if len(l.Windows) == 0 && skipped > 0 {
			continue // a break that the stall hid: the tester's trouble, told as such
		}
		if len(l.Windows) != 1 {
			t.Fatalf("%s..%s: %+v", from, to, l)
		}
		w := l.Windows[0]
		if off := w.ToMs - w.FromMs - float64(to-from)/1e6; off > w.UncertaintyMs+.1 || -off > w.UncertaintyMs+.1 {
			t.Fatalf("%s..%s: measured %g..%g, says ±%g", from, to, w.FromMs, w.ToMs, w.UncertaintyMs)
		}
		if !w.Stalled && w.UncertaintyMs > 23 {
			t.Fatalf("one interval is 20 ms, lateness up to 3 ms, uncertainty %g", w.UncertaintyMs)
		}
	}
}

// When a request met its fate is known to lie between its sending and its answer.
func TestEdges(t *testing.T) {
	const ms, ok, reset, late = time.Millisecond, history.ClassOK, history.ClassReset, history.ClassTimeoutFirst
	slots := func(took []time.Duration, classes ...history.Class) []history.Sample {
		var all []history.Sample
		for seq, class := range classes {
			due := time.Duration(seq) * 100 * ms
			x := history.Sample{Lane: "fresh", Seq: uint64(seq), Due: due, Sent: due, Took: took[seq], Class: class}
			if class == history.ReprobeGood { // broken, and the target was there
				x.Class, x.Reprobe = reset, history.ReprobeGood
			}
			all = append(all, x)
		}
		return all
	}
	for name, c := range map[string]struct {
		slots        []history.Sample
		began, ended [2]float64 // and right to
	}{
		"by when it had failed":            {slots([]time.Duration{10 * ms, 30 * ms, 50 * ms}, ok, reset, ok), [2]float64{65, 65}, [2]float64{175, 75}},                               // 0..130, 100..250
		"timed out: as fast as before":     {slots([]time.Duration{10 * ms, 900 * ms, 50 * ms}, ok, late, ok), [2]float64{55, 55}, [2]float64{175, 75}},                               // 0..110, 100..250
		"a later one failed first":         {slots([]time.Duration{10 * ms, 300 * ms, 20 * ms, 10 * ms}, ok, reset, reset, ok), [2]float64{110, 110}, [2]float64{255, 55}},            // 0..220, 200..310
		"a later one was answered first":   {slots([]time.Duration{10 * ms, 30 * ms, 250 * ms, 10 * ms}, ok, reset, ok, ok), [2]float64{65, 65}, [2]float64{205, 105}},                // 0..130, 100..310
		"felt once more when it was over":  {slots([]time.Duration{10 * ms, 10 * ms, 10 * ms, 10 * ms}, ok, reset, history.ReprobeGood, ok), [2]float64{55, 55}, [2]float64{160, 60}}, // 0..110, 100..220
		"a connection broke and no target": {slots([]time.Duration{10 * ms, 10 * ms, 10 * ms}, ok, history.ReprobeGood, ok), [2]float64{55, 55}, [2]float64{60, 60}},                  // 0..110, 0..120
	} {
		h := &history.History{Meta: history.Meta{Load: []history.LanePlan{{Lane: "fresh", Rate: 10}}}, Samples: c.slots}
		w := Measure(h, "fresh").Windows[0]
		if got, end := [2]float64{w.BeganMs, w.BeganEdgeMs}, [2]float64{w.EndedMs, w.EndedEdgeMs}; got != c.began || end != c.ended {
			t.Errorf("%s: began %v, ended %v, want %v, %v", name, got, end, c.began, c.ended)
		}
	}
	// One that timed out and may have met a stall met the break by the end of that.
	h := &history.History{Meta: history.Meta{Load: []history.LanePlan{{Lane: "fresh", Rate: 10}}},
		Samples: slots([]time.Duration{10 * ms, 900 * ms, 10 * ms}, ok, late, ok),
		Gaps:    []history.Interval{{Source: history.SourceLoad, From: 150 * ms, To: 390 * ms}}}
	if w := Measure(h, "fresh").Windows[0]; w.BeganMs != 200 || w.BeganEdgeMs != 200 { // 0..400
		t.Errorf("across a stall: began %v, right to %v", w.BeganMs, w.BeganEdgeMs)
	}
}

// A slot that timed out on a connection of before met the break itself if such connections
// have outlived it; if not, it may only have met its connection's end.
func TestEdgesOfConnectionsThatOutliveTheBreak(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		after history.Sample // the first good one
		edge  float64        // of the end
	}{
		"one of before serves on":  {history.Sample{Conn: 1, Reused: true}, 60},  // 200..320
		"only a new one does":      {history.Sample{Conn: 9}, 160},               // 0..320
		"one made meanwhile, kept": {history.Sample{Conn: 9, Reused: true}, 160}, // 0..320
	} {
		late := history.Sample{Took: 900 * ms, Class: history.ClassTimeoutFirst, Reused: true, Reprobe: history.ReprobeGood}
		h := &history.History{Meta: history.Meta{Load: []history.LanePlan{{Lane: "reused", Rate: 10}}}}
		for seq, x := range []history.Sample{{Conn: 3, Reused: true}, late, late, c.after} {
			x.Lane, x.Seq, x.Due = "reused", uint64(seq), time.Duration(seq)*100*ms
			if x.Sent = x.Due; x.Took == 0 {
				x.Took = 20 * ms
			}
			h.Samples = append(h.Samples, x)
		}
		if w := Measure(h, "reused").Windows[0]; w.EndedEdgeMs != c.edge || w.BeganEdgeMs != 60 {
			t.Errorf("%s: the end is right to %v, want %v; the begin to %v, want 60", name, w.EndedEdgeMs, c.edge, w.BeganEdgeMs)
		}
	}
}

func TestAStallOfTheGeneratorMarksAnOutage(t *testing.T) {
	h := parsed("ok XX XX ok")
	h.Gaps = []history.Interval{{Source: history.SourceLoad, From: 150 * time.Millisecond, To: 160 * time.Millisecond}}
	if w := Measure(h, history.LaneFresh).Windows[0]; !w.Stalled {
		t.Errorf("got %+v", w)
	}
}

func BenchmarkMeasure(b *testing.B) {
	const n = 1_000_000
	h := &history.History{Meta: history.Meta{Load: []history.LanePlan{{Lane: "fresh", Rate: 500}}}}
	for seq := range uint64(n) {
		s := history.Sample{Lane: "fresh", Seq: seq, Due: time.Duration(seq) * 2 * time.Millisecond}
		if seq%1000 < 10 || seq%3 == 0 && seq > n/2 {
			s.Class = history.ClassRefused
		}
		h.Samples = append(h.Samples, s)
	}
	for b.Loop() {
		Measure(h, "fresh")
	}
}
