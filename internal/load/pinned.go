package load

import (
	"sync"
	"time"

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
//
// Where it is known how many pods stand behind the address, connections of the pods
// that have more than their share are closed after use, and so made anew, until
// each pod has one: whoever balances them picks a pod by chance, which leaves one of
// eight out in one of 600 trials. From then on they stay as they are.
type pinned struct {
	*wire
	retry bool // the planted defect: retry what a reused connection broke, and say nothing

	mu     sync.Mutex
	places []place
	ousted uint64
	reach  int // how many pods must have a connection before they stay; 0: they do
	anew   int // connections that were closed for that
}

// enoughAnew is how often on average each place is made anew before it is given up
// that every pod is reached: one of them gets no connections at all.
const enoughAnew = 20

// longStall is how long the generator may have stood still before a connection that idled
// meanwhile is made anew: servers close what idles for five seconds (Node.js
// keepAliveTimeout), and it is used once a second at the least.
const longStall = time.Second

// A place holds one of the pinned connections.
type place struct {
	conn *conn  // nil: none yet, broken, or in use
	busy bool   // a request is under way on it
	turn uint64 // counts who has held it, so that who was ousted knows
	pod  string // who answered on it last
}

func newPinned(w *wire, l Lane, retry bool) *pinned {
	return &pinned{wire: w, retry: retry, places: make([]place, l.Connections), reach: l.Reach}
}

func (p *pinned) send(within *limit, s *history.Sample) {
	at, turn, c := p.take(s.Seq)
	if c != nil && within.watch.stood()-c.stood >= longStall {
		c.close()
		c = nil
	}
	c = p.attempt(c, within, s)
	if p.retry && s.Class.Failed() && s.Reused {
		c = p.attempt(nil, within, s)
	}
	if c != nil {
		c.stood = within.watch.stood()
	}
	p.put(at, turn, c, s.Pod)
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

// put gives the place back, with who answered; a nil connection means that the next
// one must dial.
func (p *pinned) put(at int, turn uint64, c *conn, pod string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	held := &p.places[at]
	if c == nil {
		pod = "" // who answered last and closed has no connection
	}
	if held.turn == turn {
		held.conn, held.busy, held.pod = c, false, pod
	}
	if c != nil && (held.turn != turn || p.surplus(pod)) {
		c.close()
		if held.conn == c {
			held.conn, held.pod = nil, ""
			p.anew++
		}
	}
}

// surplus reports whether the pod has more than its share of the connections while
// another one has none. Once none is without, or it is given up, they stay for good.
// The caller holds the lock.
func (p *pinned) surplus(pod string) bool {
	if p.anew > enoughAnew*len(p.places) {
		p.reach = 0
	}
	if p.reach == 0 {
		return false
	}
	held := map[string]int{}
	for i := range p.places {
		if name := p.places[i].pod; name != "" {
			held[name]++
		}
	}
	if len(held) >= p.reach {
		p.reach = 0
		return false
	}
	return held[pod] > len(p.places)/p.reach
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
