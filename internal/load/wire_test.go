package load

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// asking is what a request needs, and the watch that its limit looks at.
func asking(t *testing.T, p Plan) (*wire, *watch, func() *limit) {
	t.Helper()
	w, err := newWire(p.withDefaults(), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := newClock(0)
	seen := newWatch(c.now(), func(history.Interval) {})
	return w, seen, func() *limit {
		l := newLimit(c, seen, c.now()+5*time.Second)
		t.Cleanup(func() { l.stop() })
		return l
	}
}

// answering is the address of a server that reads the head of a request, answers so, and then
// hangs up if it is told to.
func answering(t *testing.T, answer string, hangsUp bool) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = http.ReadRequest(bufio.NewReader(c))
			fmt.Fprint(c, answer)
			if hangsUp {
				_ = c.Close() // with what it has not read: a reset
			}
		}
	}()
	return "http://" + listener.Addr().String() + "/"
}

// Who answers before all of the request was sent, and hangs up, has answered.
func TestAnEarlyAnswer(t *testing.T) {
	url := answering(t, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", true)
	w, _, within := asking(t, Plan{URL: url, Method: http.MethodPut, Body: make([]byte, BodyMost), ExpectStatus: []int{413}})
	for range 20 {
		c, _, err := w.dial(within())
		if err != nil {
			t.Fatal(err)
		}
		if err := c.tcp.SetWriteBuffer(4096); err != nil { // or the kernel takes all of it at once
			t.Fatal(err)
		}
		var s history.Sample
		if c := w.attempt(c, within(), &s); s.Class != history.ClassOK || s.Code != 413 || c != nil {
			t.Fatalf("%s %d %q, kept %t", s.Class, s.Code, s.Err, c != nil)
		}
	}
}

// A connection on which another protocol is spoken now serves no other request.
func TestSwitchedProtocol(t *testing.T) {
	url := answering(t, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", false)
	w, _, within := asking(t, Plan{URL: url, ExpectStatus: []int{101}})
	var s history.Sample
	if c := w.attempt(nil, within(), &s); s.Class != history.ClassOK || c != nil {
		t.Errorf("%s %q, kept %t", s.Class, s.Err, c != nil)
	}
}

// What idled while the generator stood still for long may have been closed for that: it is made
// anew. What idled across a short stall is what it was.
func TestConnectionsThatIdledAcrossAStall(t *testing.T) {
	w, seen, within := asking(t, Plan{URL: newTarget(t).url()})
	p := newPinned(w, Lane{Connections: 1}, false)
	defer p.close()
	for n, c := range []struct {
		stood  time.Duration // before the slot
		reused bool
	}{{0, false}, {0, true}, {900 * time.Millisecond, true}, {900 * time.Millisecond, true}, {time.Second, false}, {0, true}} {
		now := time.Duration(n) * time.Hour
		if c.stood > 0 {
			seen.stalled("", StateStall, now, now+c.stood)
		}
		s := history.Sample{Seq: uint64(n)}
		if p.send(within(), &s); s.Class != history.ClassOK || s.Reused != c.reused {
			t.Errorf("slot %d: %s %q, reused %t, want %t", n, s.Class, s.Err, s.Reused, c.reused)
		}
	}
}
