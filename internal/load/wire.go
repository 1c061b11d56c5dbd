package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"

	"github.com/seatrial/seatrial/internal/history"
)

// keepBody is how much of a body is looked at; the rest is read and counted.
const keepBody = 1 << 20

// A wire sends the plan's request over connections and notes in a sample how
// that went. It never tries anything twice: each attempt is counted where it is made.
type wire struct {
	*dialler
	request *http.Request
	bytes   []byte // the request as it goes out
	plan    Plan
}

func newWire(p Plan, ports *sourcePorts) (*wire, error) {
	req, rendered, err := p.render()
	if err != nil {
		return nil, err
	}
	d, err := newDialler(p, ports)
	if err != nil {
		return nil, err
	}
	return &wire{dialler: d, request: req, bytes: rendered, plan: p}, nil
}

// attempt sends the request once, over c or, if that is nil, over a new
// connection. It returns the connection if it can serve again, else nil.
func (w *wire) attempt(c *conn, within *limit, s *history.Sample) *conn {
	s.Attempts++
	s.Class, s.Err, s.Code, s.Body = history.ClassOK, "", 0, 0
	if c == nil {
		var at stage
		var err error
		if c, at, err = w.dial(within); err != nil {
			s.Via = triedFrom(err)
			w.fail(s, err, at, false, within)
			return nil
		}
	} else {
		within.guard(c.abort)
	}
	s.Conn, s.Via, s.Reused = c.number, c.via, c.served > 0
	at, again, err := w.exchange(c, s)
	if err != nil {
		w.fail(s, err, at, c.got > 0, within)
	}
	within.guard(func() {}) // the connection outlives this request
	if err != nil || !again || within.expired() {
		c.close()
		return nil
	}
	c.served++
	return c
}

// fail notes how an attempt failed. Time that was up is the cause of whatever followed from
// it, but for a name that nobody told us the address of by then.
func (w *wire) fail(s *history.Sample, err error, at stage, began bool, within *limit) {
	if within.expired() && !errors.As(err, new(*net.DNSError)) {
		err = os.ErrDeadlineExceeded
	}
	s.Class, s.Err = classify(err, at, began), err.Error()
	if s.Class == history.ClassTesterDNS && w.plan.OwnNames {
		s.Class = history.ClassDNS
	}
}

// exchange sends the request and reads the whole answer. The stage says how far
// it came; again, whether the server leaves the connection open.
func (w *wire) exchange(c *conn, s *history.Sample) (at stage, again bool, err error) {
	c.got = 0
	_, unsent := c.stream.Write(w.bytes)
	if unsent != nil && timedOut(unsent) {
		return stageWrite, false, unsent
	}
	answer, err := w.head(c) //nolint:bodyclose // the body is read to its end below, or the connection is closed with it
	switch {
	case err != nil && unsent != nil: // else it was answered before all of it was sent, as by who finds it too large
		return stageWrite, false, unsent
	case err != nil && c.broke != nil:
		return stageHead, false, c.broke
	case err != nil:
		return stageHead, false, err
	}
	s.Code = answer.StatusCode
	body := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(body)
	body.Reset()
	more, err := readBody(answer.Body, body)
	s.Body = body.Len() + int(more)
	if err != nil {
		return stageBody, false, err
	}
	s.Pod, s.Version = names(answer.Header, body.Bytes())
	w.judge(answer, body.Bytes(), s)
	again = unsent == nil && !answer.Close && !w.request.Close && answer.StatusCode != http.StatusSwitchingProtocols && c.in.Buffered() == 0
	return stageBody, again, nil
}

// head reads the answer's head and passes over the informational ones (RFC 9110, 15.2).
func (w *wire) head(c *conn) (*http.Response, error) {
	for {
		answer, err := http.ReadResponse(c.in, w.request)
		if err != nil || answer.StatusCode >= 200 || answer.StatusCode == http.StatusSwitchingProtocols {
			return answer, err
		}
	}
}

var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readBody reads the body to its end, keeps the beginning in kept and counts the rest.
func readBody(body io.Reader, kept *bytes.Buffer) (more int64, err error) {
	n, err := kept.ReadFrom(io.LimitReader(body, keepBody))
	if err != nil || n < keepBody {
		return 0, err
	}
	return io.Copy(io.Discard, body)
}

// judge compares a whole answer with what is expected.
func (w *wire) judge(answer *http.Response, body []byte, s *history.Sample) {
	switch {
	case !w.plan.expects(answer.StatusCode):
		s.Class, s.Err = history.ClassStatus, "status "+answer.Status
	case w.plan.ExpectBody != "" && !bytes.Contains(body, []byte(w.plan.ExpectBody)):
		s.Class, s.Err = history.ClassBody, fmt.Sprintf("body of %d bytes without %q", s.Body, w.plan.ExpectBody)
	}
}

func (p Plan) expects(status int) bool {
	if len(p.ExpectStatus) == 0 {
		return status >= 200 && status < 300
	}
	return slices.Contains(p.ExpectStatus, status)
}
