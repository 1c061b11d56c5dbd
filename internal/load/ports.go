package load

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// remembered is for how long a node's connection tracking remembers a SYN that had
// no answer (nf_conntrack_tcp_timeout_syn_sent, 120 s), and some more.
const remembered = 130 * time.Second

// portTries is how many ports that somebody else holds are passed over: more than
// a lane pins connections.
const portTries = 128

// sourcePorts hands out local ports one after another to all lanes of a meter, so
// that none is used again before all others were, and for a while none from which
// a connection was tried in vain.
//
// The kernel likes to give a port again at once. A node's connection tracking
// remembers a SYN that had no answer, and with it the pod that kube-proxy had chosen
// for it: a new connection from the same port is sent to the pod that is gone, long
// after every rule has left it out. Lanes that took ports by themselves have met
// each other's: 18 s after a pod was lost, and 12 s after it had left every route,
// one lane's connections failed one by one where the other's had failed before.
type sourcePorts struct {
	first, count uint64

	mu     sync.Mutex
	next   uint64
	vain   map[int]time.Time // ports from which a connection was tried in vain, and when
	oldest time.Time         // no port in vain is older
}

// newSourcePorts takes the kernel's own range and begins where the clock happens to
// stand in it, so that the meters of one namespace are rarely after the same port.
func newSourcePorts() *sourcePorts {
	first, last := uint64(32768), uint64(60999) // ip_local_port_range as it comes
	if text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range"); err == nil {
		first, last = parsePortRange(string(text), first, last)
	}
	count := last - first + 1
	return &sourcePorts{first: first, count: count, next: uint64(history.MonotonicNow()) % count, vain: map[int]time.Time{}}
}

// parsePortRange reads "32768\t60999"; what is no range leaves the given one.
func parsePortRange(text string, first, last uint64) (uint64, uint64) {
	words := strings.Fields(text)
	if len(words) != 2 {
		return first, last
	}
	a, errA := strconv.ParseUint(words[0], 10, 16)
	b, errB := strconv.ParseUint(words[1], 10, 16)
	if errA != nil || errB != nil || a == 0 || a > b {
		return first, last
	}
	return a, b
}

// take is the next port. Where nearly all were tried in vain, one of them has to do.
func (p *sourcePorts) take(now time.Time) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(now)
	for range p.count {
		port := int(p.first + p.next%p.count)
		p.next++
		if _, bad := p.vain[port]; !bad {
			return port
		}
	}
	p.next++
	return int(p.first + p.next%p.count)
}

// failed notes that a connection from the port was tried in vain.
func (p *sourcePorts) failed(port int, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.vain) == 0 {
		p.oldest = now
	}
	p.vain[port] = now
}

// forget drops what connection tracking has forgotten too. The caller holds the lock.
func (p *sourcePorts) forget(now time.Time) {
	if len(p.vain) == 0 || now.Sub(p.oldest) < remembered {
		return
	}
	p.oldest = now
	for port, at := range p.vain {
		if now.Sub(at) >= remembered {
			delete(p.vain, port)
		} else if at.Before(p.oldest) {
			p.oldest = at
		}
	}
}

// taken reports whether a connection failed because somebody holds the port.
func taken(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }
