package load

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// raised is set in the environment of tests that have asked for their scheduling.
const raised = "SEATRIAL_TEST_RAISED"

// TestMain makes the test binary a meter too, as the program is one, and what
// the benchmarks compare it with.
func TestMain(m *testing.M) {
	role := ""
	if len(os.Args) > 1 {
		role = os.Args[1]
	}
	switch role {
	case "__load":
		os.Exit(ProcessMain(os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
	case "__target":
		os.Exit(serveBench())
	case "__vegeta":
		os.Exit(stockVegeta(os.Args[2:]))
	}
	// Where that is allowed the tests run as the meter does, before everything
	// else: on a busy machine a target of 200 ms would otherwise be late by itself.
	if os.Getenv(raised) == "" {
		os.Setenv(raised, "1")
		if err := enter("", os.Args); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	// A process under the race detector lingers for a second at its end otherwise.
	os.Setenv("GORACE", "atexit_sleep_ms=10")
	os.Exit(m.Run())
}

// A mode is how a target treats a request.
type mode string

const (
	modeGood      mode = "good"
	modeRefuse    mode = "refuse"    // listener and connections closed
	modeReset     mode = "reset"     // read, then reset
	modeResetMid  mode = "reset-mid" // half an answer's head, then reset
	mode503       mode = "503"
	modeHole      mode = "hole"      // never answers
	modeTruncated mode = "truncated" // half the body, then an orderly end
	modeSlowBody  mode = "slow-body" // the head, then nothing
	modeWrongBody mode = "wrong-body"
	modeJunk      mode = "junk"     // not HTTP
	modeGoodbye   mode = "goodbye"  // answers with Connection: close
	modeContinue  mode = "continue" // 103 first, then the answer
)

const answerBody = `{"pod":"web-1","version":"v1","ok":true}`

// A target is a scripted server on loopback. It speaks just enough HTTP that it
// can do everything wrong.
type target struct {
	t       testing.TB
	address string

	mu       sync.Mutex
	listener net.Listener
	mode     mode
	conns    map[net.Conn]int // requests served on each connection that is open
	accepted int
	served   []int // requests served on each connection, in the order they were closed
	gone     chan struct{}
}

func newTarget(t testing.TB) *target {
	// Connections come from 127.0.0.1: where Linux has the whole of 127/8, none can
	// take the port while "refuse" has given it up.
	address := "127.0.0.1:0"
	if runtime.GOOS == "linux" {
		address = "127.0.0.2:0"
	}
	tg := &target{t: t, address: address, conns: map[net.Conn]int{}, mode: modeGood, gone: make(chan struct{})}
	tg.listen()
	t.Cleanup(func() { close(tg.gone); tg.hangUp() })
	return tg
}

func (tg *target) url() string { return "http://" + tg.address + "/" }

func (tg *target) listen() {
	l, err := net.Listen("tcp", tg.address)
	if err != nil {
		tg.t.Fatal(err)
	}
	tg.address, tg.listener = l.Addr().String(), l
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go tg.serve(c)
		}
	}()
}

func (tg *target) hangUp() {
	tg.mu.Lock()
	defer tg.mu.Unlock()
	if tg.listener != nil {
		tg.listener.Close()
		tg.listener = nil
	}
	for c := range tg.conns {
		c.Close()
	}
}

// become switches the mode. Leaving "refuse" opens the listener again.
func (tg *target) become(m mode) {
	tg.mu.Lock()
	was := tg.mode
	tg.mode = m
	tg.mu.Unlock()
	if m == modeRefuse {
		tg.hangUp()
	} else if was == modeRefuse {
		tg.listen()
	}
}

// breakEvery returns a sink that hangs up on everybody after each n samples, and is
// there again at once. More than once: what breaks across a stall of the machine is
// rightly no failure of the target's.
func (tg *target) breakEvery(n int, to *log) func(history.Sample) {
	seen := 0
	return func(s history.Sample) {
		to.sample(s)
		if seen++; seen%n == 0 {
			tg.become(modeRefuse)
			tg.become(modeGood)
		}
	}
}

func (tg *target) now() mode {
	tg.mu.Lock()
	defer tg.mu.Unlock()
	return tg.mode
}

func (tg *target) serve(c net.Conn) {
	tg.mu.Lock()
	tg.conns[c] = 0
	tg.accepted++
	tg.mu.Unlock()
	defer func() {
		c.Close()
		tg.mu.Lock()
		tg.served = append(tg.served, tg.conns[c])
		delete(tg.conns, c)
		tg.mu.Unlock()
	}()
	in := bufio.NewReader(c)
	for {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, req.Body)
		if !tg.answer(c, tg.now()) {
			return
		}
		tg.mu.Lock()
		tg.conns[c]++
		tg.mu.Unlock()
	}
}

// answer reports whether the connection stays open.
func (tg *target) answer(c net.Conn, m mode) bool {
	say := func(status, extra, body string) {
		fmt.Fprintf(c, "HTTP/1.1 %s\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", status, extra, len(body), body)
	}
	switch m {
	case modeGood:
		say("200 OK", "X-Pod: web-0\r\nX-Version: v1\r\n", answerBody)
	case modeContinue:
		fmt.Fprint(c, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
		say("200 OK", "", answerBody)
	case mode503:
		say("503 Service Unavailable", "", "no")
	case modeWrongBody:
		say("200 OK", "", "{}")
	case modeGoodbye:
		say("200 OK", "Connection: close\r\n", answerBody)
		return false
	case modeJunk:
		fmt.Fprint(c, "SSH-2.0-OpenSSH_9.2\r\n\r\n")
		return false
	case modeTruncated:
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answerBody), answerBody[:9])
		return false
	case modeSlowBody:
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answerBody), answerBody[:9])
		<-tg.gone
		return false
	case modeHole:
		<-tg.gone
		return false
	case modeResetMid:
		fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-")
		// A reset throws away what the other side has not read yet. It has no way
		// to say that it has, so it gets ample time.
		time.Sleep(50 * time.Millisecond)
		fallthrough
	case modeReset, modeRefuse:
		_ = c.(*net.TCPConn).SetLinger(0)
		return false
	}
	return true
}

// A log collects what a meter delivers.
type log struct {
	mu      sync.Mutex
	samples []history.Sample
	gaps    []history.Interval
}

func (l *log) sample(s history.Sample) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.samples = append(l.samples, s)
}

func (l *log) gap(i history.Interval) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gaps = append(l.gaps, i)
}

// lane returns the slots of a lane in the order in which they were due.
func (l *log) lane(name string) []history.Sample {
	l.mu.Lock()
	defer l.mu.Unlock()
	var of []history.Sample
	for _, s := range l.samples {
		if s.Lane == name {
			of = append(of, s)
		}
	}
	slices.SortFunc(of, func(a, b history.Sample) int { return int(a.Due - b.Due) })
	return of
}

// classes counts the slots of a lane by class.
func (l *log) classes(name string) map[history.Class]int {
	count := map[history.Class]int{}
	for _, s := range l.lane(name) {
		count[s.Class]++
	}
	return count
}

// first returns the first slot that matches.
func (l *log) first(name string, match func(history.Sample) bool) (history.Sample, error) {
	for _, s := range l.lane(name) {
		if match(s) {
			return s, nil
		}
	}
	return history.Sample{}, errors.New("no such slot")
}

func both(rate, connections int) []Lane {
	return []Lane{{Name: history.LaneFresh, Rate: rate}, {Name: history.LaneReused, Rate: rate, Connections: connections}}
}

// complete checks that every slot of a lane is there exactly once, and due when it should be.
func complete(t *testing.T, l *log, r LaneReport) {
	t.Helper()
	slots := l.lane(r.Name)
	if uint64(len(slots)) != r.Slots || r.Slots != r.OK+r.Failures()+r.Skips() {
		t.Errorf("%s: %d slots delivered, report says %d = %d good + %d failed + %d skipped", r.Name, len(slots), r.Slots, r.OK, r.Failures(), r.Skips())
	}
	for i, s := range slots {
		due := slots[0].Due + time.Duration(i)*time.Second/time.Duration(r.Rate)
		if s.Seq != uint64(i) || (s.Due-due).Abs() > 1 {
			t.Fatalf("%s: slot %d is number %d, due %v, want %v", r.Name, i, s.Seq, s.Due, due)
		}
	}
}

// measured ends the test when the machine was too busy for the lane to say
// anything: what it skipped it says so itself, and nothing can be concluded from the rest.
func measured(t *testing.T, lane LaneReport) {
	t.Helper()
	if lane.Skips() > lane.Slots/2 && !t.Failed() {
		t.Skipf("the machine was too busy: %s skipped %v of %d slots", lane.Name, lane.Skipped, lane.Slots)
	}
}
