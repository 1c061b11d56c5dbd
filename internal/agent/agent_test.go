package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
)

// TestMain has the test binary be the meter's process.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "__load" {
		os.Exit(load.ProcessMain(os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// An outlet is the way to an agent that can be cut off.
type outlet struct {
	url  string
	mu   sync.Mutex
	off  bool
	open []context.CancelFunc
	cuts int
}

func (o *outlet) ask(ctx context.Context, method, path string, body []byte) (io.ReadCloser, error) {
	ctx, cancel := context.WithCancel(ctx)
	o.mu.Lock()
	off := o.off
	o.open = append(o.open, cancel)
	o.mu.Unlock()
	if off {
		cancel()
		return nil, fmt.Errorf("the API server is away")
	}
	req, err := http.NewRequestWithContext(ctx, method, o.url+"/"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode >= 300 {
		text, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		return nil, fmt.Errorf("%s: %s", answer.Status, strings.TrimSpace(string(text)))
	}
	return answer.Body, nil
}

// cut takes the way away, with all that goes over it.
func (o *outlet) cut(off bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.off = off
	if off {
		o.cuts++
		for _, cancel := range o.open {
			cancel()
		}
		o.open = nil
	}
}

// placed is an agent in this process, and a target for it.
func placed(t *testing.T) (*Remote, *outlet, string) {
	t.Helper()
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ahoy") }))
	t.Cleanup(target.Close)
	agent := httptest.NewServer(Handler(load.Command{os.Args[0], "__load"}, ""))
	t.Cleanup(agent.Close)
	way := &outlet{url: agent.URL}
	return &Remote{Name: "agent-1", Node: "w1", Label: "w1", Ask: way.ask}, way, target.URL + "/"
}

func plan(url string, clock history.Clock, lasts time.Duration) load.Plan {
	return load.Plan{URL: url, Lanes: []load.Lane{{Name: history.LaneFresh, Rate: 100}}, MaxDuration: lasts, Origin: clock.Monotonic}
}

// A taken is what a driver got.
type taken struct {
	mu   sync.Mutex
	seqs []uint64
	last time.Duration
}

func (k *taken) sample(s history.Sample) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.seqs = append(k.seqs, s.Seq)
	k.last = max(k.last, s.Due)
}

// Clocks that have run apart make the last instants less certain, not the first ones wrong.
func TestClocksThatRunApart(t *testing.T) {
	r := &Remote{Name: "agent-1", Ask: func(context.Context, string, string, []byte) (io.ReadCloser, error) {
		theirs := history.MonotonicNow() + int64(40*time.Millisecond)
		return io.NopCloser(strings.NewReader(fmt.Sprintf(`{"monotonic": %d}`, theirs))), nil
	}}
	s := &Session{Alignment: Alignment{Ahead: 10 * time.Millisecond, Error: time.Millisecond}, remote: r}
	s.realign(t.Context())
	if e := s.Alignment.Error; s.Alignment.Ahead != 10*time.Millisecond || e < 29*time.Millisecond || e > 60*time.Millisecond {
		t.Errorf("%+v", s.Alignment)
	}
	silent := &Session{Alignment: Alignment{Error: time.Millisecond}, remote: &Remote{Ask: func(context.Context, string, string, []byte) (io.ReadCloser, error) {
		return nil, fmt.Errorf("the API server is away")
	}}}
	if silent.realign(t.Context()); silent.Alignment.Error != time.Millisecond {
		t.Errorf("%+v", silent.Alignment)
	}
}

// An agent that nobody hears from ends the wait for it, whatever is asked of it.
func TestABlackHole(t *testing.T) {
	for swallowed, want := range map[string]string{"clock": "ask agent-1 for its clock", "start": "start the meter in agent-1", "frames?from=0": "agent-1 was out of reach for 10m0s"} {
		synctest.Test(t, func(t *testing.T) {
			r := &Remote{Name: "agent-1", Ask: func(ctx context.Context, _, path string, _ []byte) (io.ReadCloser, error) {
				if path == swallowed {
					<-ctx.Done()
					return nil, context.Cause(ctx)
				}
				return io.NopCloser(strings.NewReader(`{"monotonic": 1}`)), nil
			}}
			s, err := Start(t.Context(), r, load.Plan{}, nil, nil)
			if err == nil {
				_, err = s.Stop(t.Context())
			}
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("no %s: %v", swallowed, err)
			}
		})
	}
}

// An agent that is gone for good is not asked again.
func TestAnAgentThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		r := &Remote{Name: "agent-1", Ask: func(_ context.Context, _, path string, _ []byte) (io.ReadCloser, error) {
			if strings.HasPrefix(path, "frames") {
				asked++
				return nil, fmt.Errorf("%w: pods agent-1 not found", ErrGone)
			}
			return io.NopCloser(strings.NewReader(`{"monotonic": 1}`)), nil
		}}
		s, err := Start(t.Context(), r, load.Plan{}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		<-s.Done()
		if _, err := s.Stop(t.Context()); asked != 1 || !errors.Is(err, ErrGone) {
			t.Errorf("asked %d times: %v", asked, err)
		}
	})
}

// What was measured while the way was cut off comes when it is back, each slot once.
func TestNothingIsLostWhileTheAPIServerIsAway(t *testing.T) {
	r, way, url := placed(t)
	clock := history.StartClock()
	var got taken
	s, err := Start(t.Context(), r, plan(url, clock, time.Minute), got.sample, func(history.Interval) {})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		wait(t, "the next slots", func() bool { got.mu.Lock(); defer got.mu.Unlock(); return got.last > clock.Now()-500*time.Millisecond })
		way.cut(true)
		<-time.After(700 * time.Millisecond)
		way.cut(false)
	}
	report, err := s.Stop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[uint64]bool{}
	for _, n := range got.seqs {
		if seen[n] {
			t.Errorf("slot %d came twice", n)
		}
		seen[n] = true
	}
	if l := report.Lane(history.LaneFresh); uint64(len(seen)) != l.Slots || l.Slots < 100 || way.cuts != 2 {
		t.Errorf("%d slots came of %d, cut off %d times", len(seen), l.Slots, way.cuts)
	}
	if got.last > clock.Now() || got.last < time.Second {
		t.Errorf("the last slot was due at %s of our clock, which shows %s", got.last, clock.Now())
	}
}

func wait(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick, late := time.NewTicker(10*time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("%s: not within 20 s", what)
		}
	}
}

func TestAlignment(t *testing.T) {
	const ms = int64(time.Millisecond)
	if a := aligned(100*ms, 104*ms, 5002*ms); a.Ahead != 4900*time.Millisecond || a.Error.Round(time.Microsecond) != 2*time.Millisecond {
		t.Errorf("the worked example: %+v", a)
	}
	r, _, _ := placed(t)
	a, err := r.Align(t.Context())
	if err != nil || a.Ahead.Abs() > a.Error || a.Error > 50*time.Millisecond {
		t.Errorf("%v: one clock, compared with itself: %+v", err, a)
	}
}

func TestWhatAnAgentRefuses(t *testing.T) {
	r, _, url := placed(t)
	ask := func(method, path, body string) string {
		out, err := r.Ask(t.Context(), method, path, []byte(body))
		if err != nil {
			return err.Error()
		}
		_ = out.Close()
		return ""
	}
	for _, c := range []struct{ method, path, body, says string }{
		{"POST", "start", "{", "read the plan"},
		{"POST", "start", "{}", "must be bounded"},
		{"GET", "frames?from=0", "", "measures nothing"},
		{"GET", "frames?from=x", "", "from which frame"},
		{"POST", "stop", "", "measures nothing"},
	} {
		if got := ask(c.method, c.path, c.body); !strings.Contains(got, c.says) {
			t.Errorf("%s %s: %q, want %q", c.method, c.path, got, c.says)
		}
	}
	clock := history.StartClock()
	s, err := Start(t.Context(), r, plan(url, clock, time.Minute), func(history.Sample) {}, func(history.Interval) {})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), r, plan(url, clock, time.Minute), nil, nil); err == nil || !strings.Contains(err.Error(), "measures already") {
		t.Errorf("a second measurement: %v", err)
	}
	if _, err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// One measurement follows the other, each with its own slots from the first on.
func TestOneAfterTheOther(t *testing.T) {
	r, _, url := placed(t)
	for n := range 3 {
		clock := history.StartClock()
		var got taken
		s, err := Start(t.Context(), r, plan(url, clock, time.Minute), got.sample, func(history.Interval) {})
		if err != nil {
			t.Fatal(err)
		}
		wait(t, "ten slots", func() bool { got.mu.Lock(); defer got.mu.Unlock(); return len(got.seqs) >= 10 })
		report, err := s.Stop(t.Context())
		// Answers come in the order in which they are complete.
		if l := report.Lane(history.LaneFresh); err != nil || uint64(len(got.seqs)) != l.Slots || !slices.Contains(got.seqs, 0) {
			t.Errorf("measurement %d: slots %v came of %d, %v", n, got.seqs, l.Slots, err)
		}
	}
}

// An agent that keeps too much says so, and ends.
func TestStoreIsBounded(t *testing.T) {
	s := newStore()
	s.size = keepMost
	if err := s.add(Frame{Samples: make([]history.Sample, 1)}); err != errKept { //nolint:errorlint // it is returned as it is
		t.Errorf("%v", err)
	}
	if err := s.add(Frame{Error: errKept.Error()}); err != nil {
		t.Errorf("the last word has to go in: %v", err)
	}
	if lines, more, _ := s.from(0); len(lines) != 1 || more {
		t.Errorf("%d lines, more %t", len(lines), more)
	}
}

// Who has not the token gets the clock, and nothing else.
func TestAnAgentIsItsDriversAlone(t *testing.T) {
	h := Handler(load.Command{"/no/such/meter"}, "s3cret")
	for _, c := range []struct {
		method, path, token string
		want                int
	}{
		{"GET", "/clock", "", http.StatusOK},
		{"POST", "/start", "", http.StatusForbidden},
		{"POST", "/start", "s3cre", http.StatusForbidden},
		{"GET", "/frames?from=0", "", http.StatusForbidden},
		{"POST", "/stop", "", http.StatusForbidden},
		{"POST", "/stop", "s3cret", http.StatusConflict},
		{"POST", "/start", "s3cret", http.StatusBadRequest},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader("no plan"))
		r.Header.Set(TokenHeader, c.token)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s %s with %q: %d, want %d: %s", c.method, c.path, c.token, w.Code, c.want, w.Body)
		}
	}
}
