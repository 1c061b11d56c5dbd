package target

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// The answers. The server speaks just enough HTTP/1.1 to be measured: no library
// between the schedule and the wire.
var (
	goodAnswer = []byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nahoy\n")
	badAnswer  = []byte("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
	halfAnswer = []byte("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nahoy\n")
)

// Main is the target's process: an order on in, the URL and then the truth on out.
// It ends with the end of in.
func Main(in io.Reader, out io.Writer) error {
	input := bufio.NewReader(in)
	line, err := input.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("read the order: %w", err)
	}
	var o order
	if err := json.Unmarshal(line, &o); err != nil {
		return fmt.Errorf("read the order: %w", err)
	}
	s := &server{pauseFor: o.Pause, pauseEvery: o.Every, began: time.Now(), open: map[*net.TCPConn]bool{}}
	if err := s.listenAnywhere(); err != nil {
		return err
	}
	say := json.NewEncoder(out)
	if err := say.Encode("http://" + s.address + "/"); err != nil {
		return err
	}
	if _, err := input.ReadBytes('\n'); err != nil {
		return nil //nolint:nilerr // nobody wants to go on
	}
	truth, err := s.follow(o.Schedule)
	if err != nil {
		return err
	}
	if err := say.Encode(truth); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, input)
	return nil
}

// The ports among which one is looked for: below the ephemeral ones
// (ip_local_port_range). While nobody listens on one of those, a client's own end
// may be given it, and then it connects to itself.
const firstPort, endPort = 21000, 32000

func (s *server) listenAnywhere() error {
	var err error
	for port := firstPort; port < endPort; port++ {
		if err = s.listen(net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return nil
		}
	}
	return err
}

type server struct {
	address              string
	kind                 atomic.Value // Kind; "" answers
	pauseFor, pauseEvery time.Duration
	began                time.Time

	mu       sync.Mutex
	listener *net.TCPListener
	open     map[*net.TCPConn]bool
}

func (s *server) listen(address string) error {
	l, err := net.Listen("tcp4", address)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.listener, s.address = l.(*net.TCPListener), l.Addr().String()
	s.mu.Unlock()
	go s.accept(s.listener)
	return nil
}

// follow breaks the server as planned.
func (s *server) follow(schedule []Outage) ([]Truth, error) {
	all := []Truth{}
	next := time.Now()
	for _, o := range schedule {
		next = next.Add(o.After)
		waitUntil(next)
		t := Truth{Kind: o.Kind}
		t.From[0] = Now()
		s.begin(o.Kind)
		t.From[1] = Now()
		next = time.Now().Add(o.For)
		waitUntil(next)
		t.To[0] = Now()
		if err := s.end(o.Kind); err != nil {
			return all, err
		}
		t.To[1] = Now()
		next = time.Now()
		all = append(all, t)
	}
	return all, nil
}

func waitUntil(t time.Time) {
	timer := time.NewTimer(time.Until(t))
	<-timer.C
}

// begin breaks the server. Whoever has a request under way keeps its answer.
func (s *server) begin(k Kind) {
	s.kind.Store(k)
	if k != Refuse {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.listener.Close()
	for c := range s.open {
		reset(c)
	}
}

func (s *server) end(k Kind) error {
	if k == Refuse {
		if err := s.listen(s.address); err != nil {
			return fmt.Errorf("listen again: %w", err)
		}
	}
	s.kind.Store(Kind(""))
	return nil
}

func reset(c *net.TCPConn) {
	_ = c.SetLinger(0)
	_ = c.Close()
}

func (s *server) accept(l *net.TCPListener) {
	for {
		c, err := l.AcceptTCP()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		s.mu.Lock()
		s.open[c] = true
		s.mu.Unlock()
		go s.serve(c)
	}
}

// now is how the server is broken right now.
func (s *server) now() Kind {
	k, _ := s.kind.Load().(Kind)
	return k
}

// serve answers one connection's requests.
func (s *server) serve(c *net.TCPConn) {
	defer func() {
		s.mu.Lock()
		delete(s.open, c)
		s.mu.Unlock()
		_ = c.Close()
	}()
	if k := s.now(); k == Reset || k == Refuse {
		reset(c)
		return
	}
	in := bufio.NewReader(c)
	for {
		if !request(in) {
			return
		}
		answer := goodAnswer
		switch s.now() {
		case Reset, Refuse:
			reset(c)
			return
		case BlackHole:
			_, _ = io.Copy(io.Discard, in) // until the client has had enough
			return
		case Error:
			answer = badAnswer
		case SlowBody:
			_, _ = c.Write(halfAnswer)
			_, _ = io.Copy(io.Discard, in)
			return
		}
		s.hold()
		if _, err := c.Write(answer); err != nil {
			return
		}
	}
}

// hold waits while the server pauses: for pauseFor at the end of each pauseEvery.
func (s *server) hold() {
	if s.pauseFor == 0 {
		return
	}
	at := time.Since(s.began) % s.pauseEvery
	if begins := s.pauseEvery - s.pauseFor; at >= begins {
		waitUntil(time.Now().Add(s.pauseEvery - at))
	}
}

// request reads one request without a body.
func request(in *bufio.Reader) bool {
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return false
		}
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			return true
		}
	}
}
