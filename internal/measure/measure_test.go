package measure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/load"
)

// TestMain has the test binary be the meter's process.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "__load" {
		os.Exit(load.ProcessMain(os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// A target is a server whose answers can be spoilt.
type target struct {
	url string
	bad atomic.Bool
}

func newTarget(t *testing.T) *target {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	tg := &target{url: "http://" + listener.Addr().String() + "/"}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/bad" {
			tg.bad.Store(r.URL.RawQuery == "on")
			return
		}
		if tg.bad.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprint(w, "ahoy")
	})}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return tg
}

func options(url string, command ...string) Options {
	return Options{
		URL: url, Command: command, Rate: 100, Lanes: []string{history.LaneFresh, history.LaneReused}, Connections: 2,
		Settle: 300 * time.Millisecond, SettleMax: 5 * time.Second, Most: time.Minute,
		Meter: load.Command{os.Args[0], "__load"}, Output: &bytes.Buffer{},
	}
}

// tries is how often a measurement is begun anew because this machine stood still.
const tries = 10

// calm measures until this machine has not stood still meanwhile: what is tested is
// what is made of a measurement, and a busy machine proves nothing.
func calm(t *testing.T, o func() Options, watcher func(Now)) Result {
	t.Helper()
	for range tries {
		r, err := Run(t.Context(), o(), watcher)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Tester.Stalls) == 0 {
			return r
		}
	}
	t.Skipf("this machine stood still in each of %d measurements", tries)
	return Result{}
}

// shell is a command line that breaks the target for so long.
func shell(url string, seconds string) []string {
	get := func(path string) string {
		return "exec 3<>/dev/tcp/" + strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/") + "; printf 'GET " + path + " HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3 >/dev/null; "
	}
	text := get("/bad?on") + "sleep " + seconds + "; " + get("/bad?off") + "echo done; exit 7"
	text = strings.ReplaceAll(text, "/dev/tcp/127.0.0.1:", "/dev/tcp/127.0.0.1/")
	return []string{"bash", "-c", text}
}

func TestMeasureACommand(t *testing.T) {
	tg := newTarget(t)
	var phases []string
	var o Options
	r := calm(t, func() Options { o = options(tg.url, shell(tg.url, "0.5")...); return o }, func(n Now) { phases = append(phases, n.Phase) })
	if r.Verdict != judge.Pass || r.ExitCode() != 7 || r.Command.Output != "done\n" || o.Output.(*bytes.Buffer).String() != "done\n" {
		t.Errorf("%s %s, code %d, command %+v", r.Verdict, r.Reason, r.ExitCode(), r.Command)
	}
	for _, name := range o.Lanes {
		l := r.Lanes[name]
		if len(l.Windows) != 1 || l.TotalMs < 450 || l.TotalMs > 800 || l.Windows[0].Classes["status"] != l.Errors {
			t.Errorf("lane %s: %+v", name, l)
		} else if w := l.Windows[0]; w.FromMs < r.Command.FromMs || w.ToMs > r.Command.ToMs+50 {
			t.Errorf("lane %s: outage %g..%g, the command ran %g..%g", name, w.FromMs, w.ToMs, r.Command.FromMs, r.Command.ToMs)
		}
		if lat := r.Latency[name]; lat.Corrected.Count < 25 || lat.Corrected.P50 < lat.Uncorrected.P50 {
			t.Errorf("lane %s: %+v", name, lat)
		}
	}
	if !strings.Contains(strings.Join(phases, " "), "settle") {
		t.Errorf("the watcher saw %v", phases)
	}
}

func TestMaxDowntime(t *testing.T) {
	tg := newTarget(t)
	o := options(tg.url, shell(tg.url, "0.4")...)
	o.MaxDowntime = new(100 * time.Millisecond)
	r := calm(t, func() Options { return o }, nil)
	if r.Verdict != judge.Fail || r.ExitCode() != 1 || !strings.Contains(r.Reason, "at most 100ms was allowed") {
		t.Errorf("%s %s, code %d", r.Verdict, r.Reason, r.ExitCode())
	}
}

// An outage that is open when the command has ended is waited for.
func TestSettlesWhenTheOutageIsOver(t *testing.T) {
	var tg *target
	spoilt := false
	r := calm(t, func() Options {
		tg, spoilt = newTarget(t), false // a try before may still spoil its own
		o := options(tg.url, "true")
		o.Settle = 600 * time.Millisecond
		return o
	}, func(n Now) {
		if n.Phase == "settle" && !spoilt {
			spoilt = true
			bad := &tg.bad
			bad.Store(true)
			time.AfterFunc(time.Second, func() { bad.Store(false) })
		}
	})
	for name, l := range r.Lanes {
		if len(l.Windows) != 1 || l.TotalMs < 900 || l.Windows[0].OpenEnded {
			t.Errorf("lane %s: %+v", name, l.Windows)
		}
	}
}

// A target that never answered proves nothing, and the command is not run.
func TestTargetThatNeverAnswers(t *testing.T) {
	o := options("http://127.0.0.1:1/", "touch", t.TempDir()+"/ran")
	o.Timeout = 100 * time.Millisecond
	r, err := Run(t.Context(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != judge.Invalid || r.ExitCode() != 2 || !strings.Contains(r.Reason, "never had a good answer") || r.Command.Ran {
		t.Errorf("%s %s, %+v", r.Verdict, r.Reason, r.Command)
	}
	if _, err := os.Stat(o.Command[1]); err == nil {
		t.Error("the command was run")
	}
}

func TestWhatCannotBeMeasured(t *testing.T) {
	for want, o := range map[string]Options{
		"executable file not found":    options("http://127.0.0.1:1/", "no-such-command-anywhere"),
		"resolve no-such-host.invalid": options("http://no-such-host.invalid/"),
		"is not a loopback address":    options("http://192.0.2.1/"),
		"is not http":                  options("127.0.0.1:80"),
		"rate 200000":                  func() Options { o := options("http://127.0.0.1:1/"); o.Rate = 200_000; return o }(),
	} {
		if strings.Contains(o.URL, "invalid") {
			o.Remote = true
		}
		if _, err := Run(t.Context(), o, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// An interrupted measurement proves nothing, ends its command and keeps what it saw.
func TestInterrupted(t *testing.T) {
	tg := newTarget(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	o := options(tg.url, "sleep", "60")
	r, err := Run(ctx, o, func(n Now) {
		if n.Phase == "command" && n.Requests > 20 {
			cancel(errors.New("interrupted"))
		}
	})
	if err != nil || r.Verdict != judge.Invalid || !strings.Contains(r.Reason, "interrupted") || r.Lanes[history.LaneFresh].Requests < 10 || r.Command.Code != 128+15 {
		t.Errorf("%v: %s %s, %+v", err, r.Verdict, r.Reason, r.Command)
	}
}

// The load is bounded, and says when that was what ended it.
func TestBounded(t *testing.T) {
	tg := newTarget(t)
	o := options(tg.url, "sleep", "2")
	o.Most = time.Second
	r, err := Run(t.Context(), o, nil)
	if err != nil || r.Verdict != judge.Invalid || !strings.Contains(r.Reason, "the load ended first") {
		t.Errorf("%v: %s %s", err, r.Verdict, r.Reason)
	}
	if said := o.Output.(*bytes.Buffer).String(); !strings.Contains(said, "what the command does from here on is not measured") {
		t.Errorf("it said %q", said)
	}
}

// Load for as long as it may last at all is no trouble.
func TestAsLongAsItMayLast(t *testing.T) {
	tg := newTarget(t)
	o := options(tg.url)
	o.Duration, o.Most = 700*time.Millisecond, 700*time.Millisecond
	if r := calm(t, func() Options { return o }, nil); r.Verdict != judge.Pass || r.DurationMs < 700 {
		t.Errorf("%s %s after %g ms", r.Verdict, r.Reason, r.DurationMs)
	}
}

// A target that does not come back is waited for, and then nothing is known of how long
// it stays away, with a command and without.
func TestStillDownAtTheEnd(t *testing.T) {
	for _, command := range [][]string{nil, {"true"}} {
		var tg *target
		r := calm(t, func() Options {
			tg = newTarget(t)
			o := options(tg.url, command...)
			o.Duration, o.SettleMax, o.MaxDowntime = 600*time.Millisecond, 800*time.Millisecond, new(30*time.Second)
			return o
		}, func(n Now) {
			if n.Requests > 20 {
				tg.bad.Store(true)
			}
		})
		if r.Verdict != judge.Invalid || r.ExitCode() != 2 || !strings.Contains(r.Reason, "still down at the end") || r.DurationMs < 1350 {
			t.Errorf("%v: %s %s after %g ms", command, r.Verdict, r.Reason, r.DurationMs)
		}
		if said := r.Errors[history.LaneFresh][history.ClassStatus]; said != "status 503 Service Unavailable" {
			t.Errorf("%v: %q is what the first of them said", command, said)
		}
	}
}

// A command that was not run proves nothing, even if the target answers in the end.
func TestCommandThatWasNotRun(t *testing.T) {
	o := options("http://127.0.0.1/", "true")
	m := &measurement{options: o, sink: newSink(o), meters: &meters{done: make(chan struct{})}, clock: history.StartClock(), warm: 30 * time.Millisecond, watcher: func(Now) {}}
	command, doubt := m.drive(t.Context())
	if command.Ran || doubt == nil || !strings.Contains(doubt.Error(), "the command was not run") {
		t.Errorf("%+v, %v", command, doubt)
	}
}

// No kept connection is idle for longer than a second.
func TestConnectionsAreUsed(t *testing.T) {
	for rate, want := range map[int]int{1: 1, 5: 5, 16: 16, 500: 16} {
		o := options("http://127.0.0.1/")
		o.Rate, o.Connections = rate, 16
		if got := o.plan(history.Clock{}).Lanes[1].Connections; got != want {
			t.Errorf("%d/s: %d connections, want %d", rate, got, want)
		}
	}
}

// A name that leads elsewhere is refused at once, with the flag that allows it.
func TestNameOfAnotherMachine(t *testing.T) {
	here, there := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("192.0.2.7")
	o := Options{}
	if err := o.allows("both.test", []netip.Addr{there, here}); err != nil {
		t.Error(err)
	}
	err := o.allows("shop.example", []netip.Addr{there})
	if !errors.As(err, new(*load.NotLoopbackError)) || !strings.Contains(err.Error(), "shop.example (192.0.2.7)") || !strings.Contains(err.Error(), "--allow-remote") {
		t.Errorf("error %v", err)
	}
	o.Remote = true
	if err := o.allows("shop.example", []netip.Addr{there}); err != nil {
		t.Error(err)
	}
}

// For how long nobody looked is in the result.
func TestResultSaysHowLongNobodyLooked(t *testing.T) {
	o := options("http://ann:s3cret@127.0.0.1/")
	m := &measurement{options: o, sink: newSink(o), meters: &meters{}}
	for seq := range uint64(40) {
		x := history.Sample{Lane: history.LaneFresh, Seq: seq, Due: time.Duration(seq) * 10 * time.Millisecond}
		if seq >= 10 && seq < 30 {
			x.Class = history.ClassStall
		}
		m.sink.sample(x)
	}
	if r := m.result(load.Report{}, nil, nil); r.Tester.BlindMs != 200 || strings.Contains(r.URL, "s3cret") {
		t.Errorf("blind for %g ms, at %s", r.Tester.BlindMs, r.URL)
	}
}

// Where a short outage is too long, a short time in which nobody looked is, too.
func TestShortLimit(t *testing.T) {
	for limit, want := range map[time.Duration]time.Duration{40 * time.Millisecond: 60 * time.Millisecond, 70 * time.Millisecond: 0, 0: 0} {
		o := options("http://127.0.0.1/")
		o.Lanes, o.MaxDowntime = []string{history.LaneFresh}, &limit
		s := newSink(o)
		for i := range 20 {
			x := history.Sample{Lane: history.LaneFresh, Seq: uint64(i), Due: time.Duration(i) * 10 * time.Millisecond, Class: history.ClassOK}
			if i >= 7 && i < 13 {
				x.Class = history.ClassStall
			}
			s.sample(x)
		}
		if got := s.lanes[history.LaneFresh].Blind(); got != want {
			t.Errorf("limit %s: blind for %s, want %s", limit, got, want)
		}
	}
}

// A stall of one agent says nothing of another's lanes.
func TestGapsOf(t *testing.T) {
	s := newSink(Options{Rate: 1})
	for _, subject := range []string{"", "fresh", "@a", "fresh@a", "reused@b"} {
		s.gap(history.Interval{Subject: subject})
	}
	for lane, want := range map[string]string{"fresh": " fresh", "reused": "", "fresh@a": "@a fresh@a", "reused@a": "@a", "reused@b": "reused@b", "fresh@b": ""} {
		var got []string
		for _, g := range s.gapsOf(lane) {
			got = append(got, g.Subject)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("lane %s: %q, want %q", lane, got, want)
		}
	}
}

// The JSON is what scripts depend on.
func TestResultAsJSON(t *testing.T) {
	tg := newTarget(t)
	o := options(tg.url)
	o.Duration = 500 * time.Millisecond
	r := calm(t, func() Options { return o }, nil)
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		StartedAt time.Time
		Verdict   string
		Lanes     map[string]struct {
			Requests, Errors                 int
			TotalMs, LongestMs, ResolutionMs *float64
			Windows                          []any
		}
		Tester struct {
			Stalls        []any
			LatenessP99Ms *float64
			Skipped       *int
		}
		Latency map[string]struct{ Corrected, Uncorrected struct{ P999Ms *float64 } }
	}
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	fresh := read.Lanes[history.LaneFresh]
	if read.Verdict != "PASS" || read.StartedAt.IsZero() || fresh.Requests < 40 || fresh.TotalMs == nil || fresh.Windows == nil || *fresh.ResolutionMs != 10 ||
		read.Tester.Stalls == nil || read.Tester.LatenessP99Ms == nil || read.Tester.Skipped == nil || read.Latency[history.LaneReused].Corrected.P999Ms == nil {
		t.Errorf("%s", text)
	}
}
