package measure

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/load"
)

func TestVerdict(t *testing.T) {
	lane := func(slots, sent, ok, stalled uint64) load.Report {
		return load.Report{Lanes: []load.LaneReport{{Name: history.LaneFresh, Rate: 100, Slots: slots, Sent: sent, OK: ok, Achieved: float64(sent) / 10,
			Skipped: map[history.Class]uint64{history.ClassStall: stalled}, Failed: map[history.Class]uint64{history.ClassRefused: sent - ok}}}}
	}
	unasked := func(n uint64) load.Report {
		r := lane(1000, 1000, 1000-n, 0)
		r.Lanes[0].Failed, r.Lanes[0].Skipped = nil, map[history.Class]uint64{history.ClassTesterDNS: n}
		return r
	}
	none, fifth := time.Duration(0), 200*time.Millisecond
	for name, c := range map[string]struct {
		report load.Report
		total  float64 // milliseconds of downtime
		doubt  error
		limit  *time.Duration
		want   judge.Status
		says   string
	}{
		"all well":                  {lane(1000, 1000, 1000, 0), 0, nil, &fifth, judge.Pass, ""},
		"down, within the limit":    {lane(1000, 1000, 990, 0), 100, nil, &fifth, judge.Pass, ""},
		"down for too long":         {lane(1000, 1000, 970, 0), 300, nil, &fifth, judge.Fail, "down for 300 ms in all, at most 200ms"},
		"none is allowed":           {lane(1000, 1000, 999, 0), 10, nil, &none, judge.Fail, "down for 10 ms in all, at most 0s"},
		"none is allowed, none was": {lane(1000, 1000, 1000, 0), 0, nil, &none, judge.Pass, ""},
		"no limit":                  {lane(1000, 1000, 970, 0), 300, nil, nil, judge.Pass, ""},
		"never there":               {lane(1000, 1000, 0, 0), 10_000, nil, &fifth, judge.Invalid, "never had a good answer from http://127.0.0.1/ (refused 1000: connect: connection refused)"},
		"a few stalls":              {lane(1000, 950, 950, 50), 0, nil, &fifth, judge.Pass, ""},
		"mostly stalls":             {lane(1000, 800, 800, 200), 0, nil, &fifth, judge.Invalid, "stood still for 20 %"},
		"slower than asked for":     {lane(1000, 500, 500, 0), 0, nil, &fifth, judge.Invalid, "sent 50/s of the 100/s asked for: --rate 45"},
		"names not resolved":        {unasked(300), 0, nil, &fifth, judge.Invalid, "could not ask for 300 of 1000 slots, by trouble on this side (skipped:tester-dns 300: server misbehaving)"},
		"hardly a name":             {unasked(5), 0, nil, &fifth, judge.Pass, ""},
		"it did not come to an end": {lane(1000, 1000, 1000, 0), 0, errors.New("interrupted"), &fifth, judge.Invalid, "interrupted"},
		"no report":                 {load.Report{}, 0, nil, &fifth, judge.Invalid, "no report"},
	} {
		m := &measurement{options: Options{URL: "http://127.0.0.1/", Lanes: []string{history.LaneFresh}, MaxDowntime: c.limit}}
		r := Result{Lanes: map[string]judge.Lane{history.LaneFresh: {TotalMs: c.total}},
			Errors: Errors{history.LaneFresh: {history.ClassTesterDNS: "server misbehaving", history.ClassRefused: "connect: connection refused"}}}
		got, why := m.verdict(r, c.report, c.doubt)
		if got != c.want || !strings.Contains(why, c.says) {
			t.Errorf("%s: %s %q, want %s %q", name, got, why, c.want, c.says)
		}
	}
}

// An outage across a stall of the meter is no more than was seen of it.
func TestVerdictAcrossAStall(t *testing.T) {
	limit := 200 * time.Millisecond
	m := &measurement{options: Options{URL: "http://127.0.0.1/", Lanes: []string{history.LaneFresh}, MaxDowntime: &limit}}
	report := load.Report{Lanes: []load.LaneReport{{Name: history.LaneFresh, Rate: 100, Slots: 1000, Sent: 1000, OK: 970, Achieved: 100, Failed: map[history.Class]uint64{history.ClassRefused: 30}}}}
	for name, c := range map[string]struct {
		total, shortest, longest float64
		stalled                  bool
		want                     judge.Status
	}{
		"one slot, then a stall":       {510, 10, 520, true, judge.Invalid},
		"short, perhaps longer":        {100, 90, 250, true, judge.Invalid},
		"too long for all that":        {900, 400, 1400, true, judge.Fail},
		"a stall at its edge only":     {710, 700, 1300, true, judge.Fail},
		"short however long the stall": {60, 0, 160, true, judge.Pass},
		"no stall":                     {210, 190, 220, false, judge.Fail},
		"no stall, near the limit":     {195, 190, 210, false, judge.Pass},
	} {
		lane := judge.Lane{TotalMs: c.total, Windows: []judge.Window{{ToMs: c.total, ShortestMs: c.shortest, LongestMs: c.longest, Stalled: c.stalled}}}
		got, why := m.verdict(Result{Lanes: map[string]judge.Lane{history.LaneFresh: lane}}, report, nil)
		if got != c.want || got == judge.Invalid && !strings.Contains(why, "stood still in an outage") {
			t.Errorf("%s: %s %q, want %s", name, got, why, c.want)
		}
	}
}

// An outage that has not ended is not known to be within the limit, nor one that may have
// been where nobody looked.
func TestVerdictOfWhatIsNotKnown(t *testing.T) {
	report := load.Report{Lanes: []load.LaneReport{{Name: history.LaneFresh, Rate: 100, Slots: 1000, Sent: 1000, OK: 970, Achieved: 100, Failed: map[history.Class]uint64{history.ClassRefused: 30}}}}
	down := func(total float64, open bool) judge.Lane {
		return judge.Lane{TotalMs: total, Windows: []judge.Window{{ToMs: total, OpenEnded: open}}}
	}
	for name, c := range map[string]struct {
		lane  judge.Lane
		blind float64
		want  judge.Status
		says  string
	}{
		"over at the end":                {down(150, false), 0, judge.Pass, ""},
		"down at the end":                {down(150, true), 0, judge.Invalid, "still down at the end, for 150 ms so far"},
		"down for too long":              {down(300, true), 0, judge.Fail, "300 ms"},
		"blind for a while":              {judge.Lane{}, 5000, judge.Invalid, "nobody looked for 5000 ms"},
		"blind, within the limit":        {judge.Lane{}, 200, judge.Pass, ""},
		"down and blind, each within it": {judge.Lane{TotalMs: 150}, 150, judge.Invalid, "more than 200ms of downtime may have been there"},
	} {
		limit := 200 * time.Millisecond
		m := &measurement{options: Options{Lanes: []string{history.LaneFresh}, MaxDowntime: &limit}}
		got, why := m.verdict(Result{Lanes: map[string]judge.Lane{history.LaneFresh: c.lane}, Tester: Tester{BlindMs: c.blind}}, report, nil)
		if got != c.want || !strings.Contains(why, c.says) {
			t.Errorf("%s: %s %q, want %s %q", name, got, why, c.want, c.says)
		}
	}
}

// Without a limit a lane that is down at the end proves no more than with one.
func TestDownAtTheEndWithoutALimit(t *testing.T) {
	report := load.Report{Lanes: []load.LaneReport{{Name: history.LaneFresh, Rate: 100, Slots: 1000, Sent: 1000, OK: 970, Achieved: 100, Failed: map[history.Class]uint64{history.ClassRefused: 30}}}}
	m := &measurement{options: Options{Lanes: []string{history.LaneFresh}}}
	lane := judge.Lane{TotalMs: 300, Windows: []judge.Window{{ToMs: 300, OpenEnded: true}}}
	if got, why := m.verdict(Result{Lanes: map[string]judge.Lane{history.LaneFresh: lane}}, report, nil); got != judge.Invalid || !strings.Contains(why, "still down at the end, for 300 ms so far") {
		t.Errorf("%s %q", got, why)
	}
}

// What was over when the command began is none of its downtime.
func TestDownBeforeTheCommand(t *testing.T) {
	lane := judge.Lane{TotalMs: 3150, Windows: []judge.Window{{FromMs: 0, ToMs: 3000, ShortestMs: 2000, LongestMs: 4000, Stalled: true}, {FromMs: 4100, ToMs: 4250}}}
	r := Result{Lanes: map[string]judge.Lane{history.LaneFresh: lane}, Command: &Command{Ran: true, FromMs: 3000}}
	if least, most := r.bounds(history.LaneFresh); r.Down(history.LaneFresh) != 150 || least != 150 || most != 150 {
		t.Errorf("down for %g, %g to %g ms, want 150", r.Down(history.LaneFresh), least, most)
	}
	r.Command.FromMs = 2999
	if got := r.Down(history.LaneFresh); got != 3150 {
		t.Errorf("down as it began: %g ms, want 3150", got)
	}
	r.Command = nil
	if got := r.Down(history.LaneFresh); got != 3150 {
		t.Errorf("no command: %g ms, want 3150", got)
	}
}

func TestExitCode(t *testing.T) {
	command := &Command{Code: 7}
	for _, c := range []struct {
		r    Result
		want int
	}{
		{Result{Verdict: judge.Pass}, 0}, {Result{Verdict: judge.Pass, Command: command}, 7},
		{Result{Verdict: judge.Fail, Command: command}, 1}, {Result{Verdict: judge.Invalid, Command: command}, 2},
	} {
		if got := c.r.ExitCode(); got != c.want {
			t.Errorf("%+v: %d, want %d", c.r, got, c.want)
		}
	}
}
