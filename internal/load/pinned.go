package load

import (
	"sync"

	"github.com/seatrial/seatrial/internal/history"
)

// A sender brings one slot's request to the target.
type sender interface {
	// send makes the request and notes in s how it went.
	send(within *limit, s *history.Sample)
	// close drops what is kept between requests.
	close()
}

// fresh is a sender that opens a connection per request.
type fresh struct{ *wire }

func (f fresh) send(within *limit, s *history.Sample) {
	if c := f.attempt(nil, within, s); c != nil {
		c.close()
	}
}

func (f fresh) close() {}

// pinned is a sender with a fixed number of connections. Slot i uses connection
// i mod n, or if that one is still busy the next that is not.
//
// When all are busy, the slot does not wait (it would be sent late, and the end of
// an outage in which answers never came would be seen a time-out too late):
// a new connection takes the place of the one whose turn it was, which is closed
// when its own request has ended.
type pinned struct {
	*wire
	retry bool // the planted defect: retry what a reused connection broke, and say nothing

	mu     sync.Mutex
	places []place
	ousted uint64
}

// A place holds one of the pinned connections.
type place struct {
	conn *conn  // nil: none yet, broken, or in use
	busy bool   // a request is under way on it
	turn uint64 // counts who has held it, so that who was ousted knows
}

func newPinned(w *wire, n int, retry bool) *pinned {
	return &pinned{wire: w, retry: retry, places: make([]place, n)}
}

func (p *pinned) send(within *limit, s *history.Sample) {
	at, turn, c := p.take(s.Seq)
	c = p.attempt(c, within, s)
	if p.retry && s.Class.Failed() && s.Reused {
		c = p.attempt(nil, within, s)
	}
	p.put(at, turn, c)
}

// take gives out a place, and the connection that it holds if it holds one.
func (p *pinned) take(seq uint64) (at int, turn uint64, c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := uint64(len(p.places))
	first := int(seq % n)
	at = first
	for k := range n {
		if i := int((seq + k) % n); !p.places[i].busy {
			at = i
			break
		}
	}
	held := &p.places[at]
	if held.busy {
		p.ousted++
	}
	c, held.conn, held.busy = held.conn, nil, true
	held.turn++
	return at, held.turn, c
}

// put gives the place back; a nil connection means that the next one must dial.
func (p *pinned) put(at int, turn uint64, c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if held := &p.places[at]; held.turn == turn {
		held.conn, held.busy = c, false
	} else if c != nil {
		c.close()
	}
}

func (p *pinned) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.places {
		if c := p.places[i].conn; c != nil {
			c.close()
			p.places[i].conn = nil
		}
	}
}
