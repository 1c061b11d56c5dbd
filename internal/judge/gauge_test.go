package judge

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A gauge finds what Measure finds in the whole record, in whatever order requests end.
func TestGaugeIsMeasure(t *testing.T) {
	chance := rand.New(rand.NewPCG(3, 4))
	words := []string{"ok", "ok", "ok", "ok", "ok", "XX", "503", "--", "sat", "ok+2"}
	for range 300 {
		text := ""
		for range 1 + chance.IntN(60) {
			text += words[chance.IntN(len(words))] + " "
		}
		h := parsed(text)
		g := NewGauge(100 * time.Millisecond)
		for _, n := range chance.Perm(len(h.Samples)) {
			g.Add(h.Samples[n])
		}
		if got, want := g.Lane(history.Open, nil), Measure(h, history.LaneFresh); !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\ngauge   %+v\nmeasure %+v", text, got, want)
		}
	}
}

func TestGaugeOnItsWay(t *testing.T) {
	g := NewGauge(100 * time.Millisecond)
	if _, any := g.Good(); any || g.Outage() != 0 {
		t.Error("nothing has been measured yet")
	}
	h := parsed("ok ok XX XX XX ok")
	for _, s := range h.Samples[:5] {
		g.Add(s)
	}
	if latest, any := g.Good(); !any || latest != 100*time.Millisecond || g.Outage() != 300*time.Millisecond {
		t.Errorf("good until %s, down for %s", latest, g.Outage())
	}
	if requests, errors := g.Counts(); requests != 5 || errors != 3 {
		t.Errorf("%d requests, %d errors", requests, errors)
	}
	g.Add(h.Samples[5])
	if g.Outage() != 0 {
		t.Error("the outage is over")
	}
}

// Where nobody looked between two good slots an outage may have been.
func TestGaugeIsBlind(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"ok ok ok":                   0,
		"ok ok -- -- -- ok ok":       300 * time.Millisecond,
		"ok XX -- -- -- ok ok":       0, // that is in the outage's uncertainty
		"ok -- XX ok":                0,
		"ok -- ok XX ok sat -- ok":   300 * time.Millisecond,
		"-- -- ok ok":                0, // nothing was known before
		"ok ok -- -- --":             300 * time.Millisecond,
		"ok XX -- -- --":             0,
		"ok ok XX ok -- -- -- -- ok": 400 * time.Millisecond,
	} {
		g := NewGauge(100 * time.Millisecond)
		for _, s := range parsed(text).Samples {
			g.Add(s)
		}
		if got := g.Blind(); got != want {
			t.Errorf("%s: blind for %s, want %s", text, got, want)
		}
	}
	for wary, want := range map[time.Duration]time.Duration{0: 0, 90 * time.Millisecond: 90 * time.Millisecond, time.Minute: 0} {
		g := NewGauge(10 * time.Millisecond)
		if wary > 0 {
			g.Wary(wary)
		}
		for i := range 20 {
			s := history.Sample{Seq: uint64(i), Due: time.Duration(i) * 10 * time.Millisecond}
			if i > 4 && i < 14 {
				s.Class = history.ClassStall
			}
			g.Add(s)
		}
		if got := g.Blind(); got != want {
			t.Errorf("wary from %s on: 90 ms are %s of blindness, want %s", wary, got, want)
		}
	}
}

// Of an outage at whose end nobody looked what was seen is known, and what it may have been.
func TestGaugeBoundsAnOutage(t *testing.T) {
	g := NewGauge(100 * time.Millisecond)
	for _, s := range parsed("ok ok XX XX -- -- ok ok").Samples {
		g.Add(s)
	}
	w := g.Lane(history.Open, nil).Windows[0]
	if w.ToMs-w.FromMs != 400 || w.ShortestMs != 100 || w.LongestMs != 500 {
		t.Errorf("%g ms, from %g to %g; want 400, from 100 to 500", w.ToMs-w.FromMs, w.ShortestMs, w.LongestMs)
	}
}

// A slot that was lost on the way does not hold up the rest for ever.
func TestGaugeWithALostSlot(t *testing.T) {
	h := parsed("ok ok XX XX ok ok")
	g := NewGauge(100 * time.Millisecond)
	for i, s := range h.Samples {
		if i != 1 {
			g.Add(s)
		}
	}
	l := g.Lane(history.Open, nil)
	if l.Requests != 5 || l.Errors != 2 || l.Skipped != 1 || len(l.Windows) != 1 || !l.Windows[0].Stalled {
		t.Errorf("%+v", l)
	}
}
