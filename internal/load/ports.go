package load

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/seatrial/seatrial/internal/history"
)

// sourcePorts hands out local ports one after another, so that none is used again
// before all others were.
//
// The kernel likes to give a port again at once. A node's connection tracking
// remembers a SYN that had no answer for two minutes (nf_conntrack_tcp_timeout_syn_sent),
// and with it the pod that kube-proxy had chosen: a new connection from the same
// port is sent to the pod that is gone, long after every rule has left it out.
type sourcePorts struct{ first, count uint64 }

// portTries is how many ports that somebody else holds are passed over: more than
// a lane pins connections.
const portTries = 128

// newSourcePorts takes the kernel's own range and begins anywhere in it.
func newSourcePorts() sourcePorts {
	first, last := uint64(32768), uint64(60999) // ip_local_port_range as it comes
	if text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range"); err == nil {
		first, last = parsePortRange(string(text), first, last)
	}
	return sourcePorts{first: first, count: last - first + 1}
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

// anywhere is where a lane begins: where the clock happens to stand, so that the
// lanes and meters of one namespace are rarely after the same port.
func (p sourcePorts) anywhere() uint64 { return uint64(history.MonotonicNow()) % p.count }

// port is the n-th port.
func (p sourcePorts) port(n uint64) int { return int(p.first + n%p.count) }

// taken reports whether a connection failed because somebody holds the port.
func taken(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }
