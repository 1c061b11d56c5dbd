package load

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

const ms = time.Millisecond

func TestClassify(t *testing.T) {
	op := func(err error) error {
		return &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", err)}
	}
	for _, c := range []struct {
		err   error
		at    stage
		began bool
		want  history.Class
	}{
		{op(syscall.ECONNREFUSED), stageDial, false, history.ClassRefused},
		{op(syscall.EHOSTUNREACH), stageDial, false, history.ClassUnreachable},
		{op(syscall.ENETUNREACH), stageDial, false, history.ClassUnreachable},
		{op(syscall.EADDRNOTAVAIL), stageDial, false, history.ClassPorts},
		{op(syscall.EADDRINUSE), stageDial, false, history.ClassPorts},
		{op(syscall.EMFILE), stageDial, false, history.ClassSaturated},
		{op(syscall.ETIMEDOUT), stageDial, false, history.ClassTimeoutConnect},
		{os.ErrDeadlineExceeded, stageDial, false, history.ClassTimeoutConnect},
		{context.DeadlineExceeded, stageTLS, false, history.ClassTimeoutConnect},
		{os.ErrDeadlineExceeded, stageWrite, false, history.ClassTimeoutFirst},
		{os.ErrDeadlineExceeded, stageHead, false, history.ClassTimeoutFirst},
		{os.ErrDeadlineExceeded, stageHead, true, history.ClassTimeoutBody},
		{os.ErrDeadlineExceeded, stageBody, true, history.ClassTimeoutBody},
		{op(syscall.ECONNRESET), stageDial, false, history.ClassReset},
		{op(syscall.EPIPE), stageWrite, false, history.ClassReset},
		{io.EOF, stageHead, false, history.ClassReset},
		{io.EOF, stageHead, true, history.ClassResetMid},
		{op(syscall.ECONNRESET), stageBody, true, history.ClassResetMid},
		{io.ErrUnexpectedEOF, stageBody, true, history.ClassBody},
		{x509.UnknownAuthorityError{}, stageTLS, false, history.ClassTLS},
		{io.EOF, stageTLS, false, history.ClassReset},
		{&net.DNSError{IsNotFound: true}, stageDial, false, history.ClassDNS},
		{&net.DNSError{IsTimeout: true}, stageDial, false, history.ClassTesterDNS},
		{&net.DNSError{Err: "connection refused"}, stageDial, false, history.ClassTesterDNS},
		{&NotLoopbackError{"10.0.0.1:80"}, stageDial, false, history.ClassUnreachable},
		{errors.New("malformed HTTP response"), stageHead, true, history.ClassProtocol},
	} {
		if got := classify(fmt.Errorf("wrapped: %w", c.err), c.at, c.began); got != c.want {
			t.Errorf("%v in stage %d, began %v: %q, want %q", c.err, c.at, c.began, got, c.want)
		}
	}
}

// Nobody learns that the meter runs again before it is known that it stood still.
func TestStallIsKnownBeforeTheBeat(t *testing.T) {
	const to = 500 * time.Millisecond
	var w *watch
	found := 0
	w = newWatch(0, func(history.Interval) {
		found++
		if last := time.Duration(w.last.Load()); last != 0 || !w.touched(to-1) || w.stood() != to {
			t.Errorf("when it is noted, the last beat is at %s, stood for %s", last, w.stood())
		}
	})
	var all sync.WaitGroup
	for range 8 { // all come at once, and whoever is back knows of it
		all.Go(func() {
			w.beat(to)
			if !w.touched(to-1) || w.stood() != to {
				t.Errorf("after a beat: stood for %s", w.stood())
			}
		})
	}
	all.Wait()
	if found != 1 {
		t.Errorf("found %d times", found)
	}
}

// The picture in the comment of watch.
func TestWatch(t *testing.T) {
	var noted []history.Interval
	w := newWatch(0, func(i history.Interval) { noted = append(noted, i) })
	for _, now := range []time.Duration{4 * ms, 8 * ms, 7 * ms, 12 * ms, 16 * ms, 116 * ms, 120 * ms, 138 * ms} {
		w.beat(now)
	}
	if len(noted) != 1 || noted[0].From != 16*ms || noted[0].To != 116*ms || noted[0].Source != history.SourceLoad {
		t.Errorf("stalls %v", noted)
	}
	if w.stood() != 100*ms || !w.touched(16*ms) || !w.touched(115*ms) || w.touched(116*ms) {
		t.Errorf("stood still for %v; touched 16 ms: %v, 115 ms: %v, 116 ms: %v", w.stood(), w.touched(16*ms), w.touched(115*ms), w.touched(116*ms))
	}
	w.stalled(history.LaneFresh, StateStall, 200*ms, 230*ms)
	if w.touched(150*ms) || len(w.found()) != 2 {
		t.Error("a lane that stood still is not the whole meter")
	}
}

// A pause that is too short for a stall is one when it has cost a slot.
func TestPauseThatCostsASlot(t *testing.T) {
	var noted []history.Interval
	w := newWatch(0, func(i history.Interval) { noted = append(noted, i) })
	for _, now := range []time.Duration{4 * ms, 8 * ms, 20 * ms, 24 * ms} {
		w.beat(now)
	}
	if len(noted) != 0 || w.touched(9*ms) {
		t.Fatalf("12 ms are no stall by themselves: %v", noted)
	}
	if w.cost(21*ms) || len(noted) != 0 {
		t.Error("what was due after the pause was not lost to it")
	}
	if !w.cost(9*ms) || !w.cost(10*ms) || len(noted) != 1 || noted[0].From != 8*ms || noted[0].To != 20*ms {
		t.Errorf("slots due at 9 and 10 ms were lost to the pause from 8 to 20 ms: %v", noted)
	}
}

// Whoever noted the time but came to tell it late does not make a stall.
func TestWatchIgnoresLateNews(t *testing.T) {
	w := newWatch(0, func(i history.Interval) { t.Errorf("stall %v", i) })
	for now := time.Duration(0); now < 100*ms; now += 8 * ms {
		w.beat(now)
		w.beat(now - 30*ms)
	}
}

func TestSlotTooLate(t *testing.T) {
	for _, c := range []struct {
		why                   string
		due, left, asked, now time.Duration
		full                  bool
		global                time.Duration // a stall of the whole meter ended here; 0: none
		want                  history.Class
		gaps                  int
	}{
		{"overslept", 100 * ms, 98 * ms, 98 * ms, 120 * ms, false, 0, history.ClassStall, 1},
		{"the attacker kept its turn", 100 * ms, 98 * ms, 120 * ms, 120 * ms, false, 0, history.ClassStall, 1},
		{"no worker was free", 100 * ms, 98 * ms, 120 * ms, 120 * ms, true, 0, history.ClassSaturated, 0},
		{"fell behind little by little", 100 * ms, 110 * ms, 111 * ms, 111 * ms, false, 0, history.ClassSaturated, 0},
		{"everything stood still", 100 * ms, 98 * ms, 98 * ms, 150 * ms, false, 150 * ms, history.ClassStall, 0},
		{"after everything stood still", 100 * ms, 150 * ms, 150 * ms, 150 * ms, false, 150 * ms, history.ClassStall, 0},
	} {
		gaps := 0
		w := newWatch(0, func(history.Interval) { gaps++ })
		if c.global > 0 {
			w.until.Store(int64(c.global))
		}
		p := &pacer{lane: history.LaneFresh, left: c.left, watch: w, full: func() bool { return c.full }}
		if got := p.fate(c.due, c.asked, c.now); got != c.want || gaps != c.gaps {
			t.Errorf("%s: %q and %d gaps, want %q and %d", c.why, got, gaps, c.want, c.gaps)
		}
	}
	p := &pacer{watch: newWatch(0, nil)}
	if got := p.fate(100*ms, 99*ms, 110*ms); got != history.ClassOK {
		t.Errorf("10 ms overdue: %q", got)
	}
}

func TestDueDoesNotDrift(t *testing.T) {
	p := &pacer{rate: 300, start: 7}
	for i, want := range map[uint64]time.Duration{0: 7, 1: 7 + 3333333, 3: 7 + 10*ms, 300: 7 + time.Second, 300 * 86400 * 365: 7 + 8760*time.Hour} {
		if got := p.due(i); got != want {
			t.Errorf("slot %d due %v, want %v", i, got, want)
		}
	}
}

func TestAlarm(t *testing.T) {
	c := newClock(0)
	a, err := newAlarm(c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.close()
	for range 20 {
		due := c.now() + 3*ms
		if !a.wait(due) || c.now() < due {
			t.Errorf("rang at %v, set for %v", c.now(), due)
		}
	}
	time.AfterFunc(20*ms, a.interrupt)
	for range 2 {
		if a.wait(c.now() + time.Minute) {
			t.Error("an interrupted alarm rang")
		}
	}
	if !a.wait(c.now()) {
		t.Error("what is past needs no alarm")
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		header       http.Header
		body         string
		pod, version string
	}{
		{http.Header{"X-Pod": {"a"}, "X-Version": {"v2"}}, `{"pod":"b"}`, "a", "v2"},
		{nil, answerBody, "web-1", "v1"},
		{nil, "hello", "", ""},
		{nil, `{"pod":7}`, "", ""},
		{nil, "", "", ""},
	} {
		if pod, version := names(c.header, []byte(c.body)); pod != c.pod || version != c.version {
			t.Errorf("%v %q: %q %q", c.header, c.body, pod, version)
		}
	}
}

// A silent target has its time-out, and what the generator slept through besides.
func TestLimitWaitsForStalls(t *testing.T) {
	c := newClock(0)
	w := newWatch(c.now(), func(history.Interval) {})
	pulse, err := newAlarm(c)
	if err != nil {
		t.Fatal(err)
	}
	defer pulse.close()
	defer pulse.interrupt()
	go w.keep(c, pulse)
	l := newLimit(c, w, c.now()+100*ms)
	defer l.stop()
	rang := make(chan time.Duration, 1)
	l.guard(func() { rang <- c.now() })
	w.lost.Add(int64(100 * ms))
	if at := <-rang; at < l.end+100*ms {
		t.Errorf("ended at %v, want %v and 100 ms", at, l.end)
	}
	if !l.expired() {
		t.Error("not expired")
	}
	late := make(chan bool, 1)
	if l.guard(func() { late <- true }); !<-late {
		t.Error("what begins after the end is not aborted")
	}
}

// Distributions of two meters, merged, are that of one meter with all the requests.
func TestMergeIsExact(t *testing.T) {
	a, b, both := newHistogram(), newHistogram(), newHistogram()
	for i := range 2000 {
		d := time.Duration(i*i) * time.Microsecond
		record(both, d)
		if i%3 == 0 {
			record(a, d)
		} else {
			record(b, d)
		}
	}
	got, err := Merge(spread(a), Spread{}, spread(b))
	if want := spread(both); err != nil || got.Count != want.Count || got.P50 != want.P50 || got.P999 != want.P999 || got.Max != want.Max {
		t.Errorf("%v: %+v, want %+v", err, got, want)
	}
	if _, err := Merge(Spread{Count: 1, Histogram: []byte("none")}); err == nil {
		t.Error("a histogram that cannot be read was merged")
	}
}
