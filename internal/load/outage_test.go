package load

import (
	"sync"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A switching is a span in which a target was being switched.
type switching struct{ from, to time.Duration }

// outage drives both lanes at a target that is bad for a while, and returns what
// was recorded and when the target was switched.
func outage(t *testing.T, bad mode, plan Plan) (*log, switching, switching, Report) {
	t.Helper()
	tg := newTarget(t)
	clock := history.StartClock()
	plan.URL, plan.Origin = tg.url(), clock.Monotonic
	plan.Lanes, plan.MaxDuration = both(200, 4), 900*time.Millisecond
	if plan.Timeout == 0 {
		plan.Timeout = 200 * time.Millisecond
	}
	var down, up switching
	become := func(m mode) switching {
		s := switching{from: clock.Now()}
		tg.become(m)
		s.to = clock.Now()
		return s
	}
	var script sync.WaitGroup
	script.Go(func() {
		<-time.After(300 * time.Millisecond)
		down = become(bad)
		<-time.After(300 * time.Millisecond)
		up = become(modeGood)
	})
	var got log
	report, err := Run(t.Context(), plan, got.sample, got.gap)
	script.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return &got, down, up, report
}

func TestOutageClassesAndEdges(t *testing.T) {
	for _, c := range []struct {
		bad           mode
		fresh, reused history.Class
		body          string
	}{
		{modeRefuse, history.ClassRefused, history.ClassRefused, ""},
		{modeReset, history.ClassReset, history.ClassReset, ""},
		{modeResetMid, history.ClassResetMid, history.ClassResetMid, ""},
		{mode503, history.ClassStatus, history.ClassStatus, ""},
		{modeHole, history.ClassTimeoutFirst, history.ClassTimeoutFirst, ""},
		{modeTruncated, history.ClassBody, history.ClassBody, ""},
		{modeSlowBody, history.ClassTimeoutBody, history.ClassTimeoutBody, ""},
		{modeWrongBody, history.ClassBody, history.ClassBody, `"ok":true`},
		{modeJunk, history.ClassProtocol, history.ClassProtocol, ""},
		{modeGoodbye, history.ClassOK, history.ClassOK, ""},
		{modeContinue, history.ClassOK, history.ClassOK, ""},
	} {
		t.Run(string(c.bad), func(t *testing.T) {
			t.Parallel()
			got, down, up, report := outage(t, c.bad, Plan{ExpectBody: c.body})
			for _, lane := range report.Lanes {
				complete(t, got, lane)
				measured(t, lane)
			}
			if n := got.classes(history.LaneFresh)[c.fresh]; n < 20 {
				t.Errorf("fresh: %d slots of class %q among %v", n, c.fresh, got.classes(history.LaneFresh))
			}
			if n := got.classes(history.LaneReused)[c.reused]; n < 20 {
				t.Errorf("reused: %d slots of class %q among %v", n, c.reused, got.classes(history.LaneReused))
			}
			edges(t, got.lane(history.LaneFresh), down, up, c.fresh)
		})
	}
}

// edges checks every slot whose fate the script decides: what ended before the
// target went down was good, what ran wholly within the outage failed in the
// class, what was sent after it was good. There is no tolerance in it.
func edges(t *testing.T, slots []history.Sample, down, up switching, class history.Class) {
	t.Helper()
	decided, wrong := 0, 0
	for _, s := range slots {
		end := s.Sent + s.Took
		want := history.ClassOK
		switch {
		case s.Class.Skipped():
			continue
		case s.Sent > down.to && end < up.from:
			want = class
		case end >= down.from && s.Sent <= up.to:
			continue // in flight while the target was switched
		}
		decided++
		if wrong < 3 && s.Class != want {
			wrong++
			t.Errorf("slot %d sent %v ended %v: %q (%s), want %q; down %v, up %v", s.Seq, s.Sent, end, s.Class, s.Err, want, down, up)
		}
	}
	if decided < len(slots)/4 {
		t.Errorf("only %d of %d slots say anything", decided, len(slots))
	}
}

func TestReprobeTellsABrokenConnectionFromAnOutage(t *testing.T) {
	t.Parallel()
	broken := func(s history.Sample) bool { return s.Reused && s.Class.Failed() && s.Code == 0 }
	got, _, _, _ := outage(t, modeRefuse, Plan{})
	if s, err := got.first(history.LaneReused, broken); err != nil || s.Reprobe != history.ClassRefused && s.Reprobe != history.ClassReset {
		t.Errorf("target gone: re-probe says %q, %v", s.Reprobe, err)
	}
	tg := newTarget(t)
	var again log
	if _, err := Run(t.Context(), Plan{URL: tg.url(), Lanes: both(100, 2)[1:], MaxDuration: 600 * time.Millisecond}, tg.breakEvery(10, &again), again.gap); err != nil {
		t.Fatal(err)
	}
	s, err := again.first(history.LaneReused, func(s history.Sample) bool { return broken(s) && s.Reprobe == history.ReprobeGood })
	if err != nil {
		t.Errorf("connection gone, target there: no re-probe was good; first broken %+v", s)
	}
}
