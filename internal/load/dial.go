package load

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// A conn is a connection together with what tells how it has lived.
type conn struct {
	stream net.Conn // what is read and written: the TCP connection, or TLS on it
	tcp    *net.TCPConn
	in     *bufio.Reader
	number uint64
	via    string        // our end's address
	served int           // whole answers read from it
	got    int           // bytes of the present answer
	broke  error         // what the connection itself said when it ended
	stood  time.Duration // for how long the generator had stood still in all when it was last used
}

// Read counts the bytes of the present answer and keeps the connection's own
// error, which a parser of half an answer hides behind its own.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.stream.Read(p)
	c.got += n
	if err != nil {
		c.broke = err
	}
	return n, err
}

// abort makes whatever is under way on the connection end in a time-out.
func (c *conn) abort() { _ = c.tcp.SetDeadline(time.Unix(1, 0)) }

// close drops the connection at once and leaves no TIME_WAIT behind.
func (c *conn) close() {
	_ = c.tcp.SetLinger(0)
	_ = c.tcp.Close()
	c.in.Reset(nil)
	readers.Put(c.in)
	c.in = nil
}

var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 4096) }}

// A dialler opens the connections of a lane.
type dialler struct {
	address string
	secure  *tls.Config // nil: plain
	sources []net.Addr
	local   bool // refuse what is not loopback
	opened  atomic.Uint64
	ports   *sourcePorts // of the whole meter; nil: as the kernel likes
}

func newDialler(p Plan, ports *sourcePorts) (*dialler, error) {
	address, err := p.address()
	if err != nil {
		return nil, err
	}
	d := &dialler{address: address, local: p.loopbackOnly(), ports: ports}
	if u, err := url.Parse(p.URL); err == nil && u.Scheme == "https" {
		d.secure = &tls.Config{ServerName: u.Hostname(), InsecureSkipVerify: p.Insecure} //nolint:gosec // the plan asked for it
	}
	for _, s := range p.SourceAddrs {
		ip, err := netip.ParseAddr(s)
		if err != nil {
			return nil, err
		}
		d.sources = append(d.sources, &net.TCPAddr{IP: ip.AsSlice(), Zone: ip.Zone()})
	}
	return d, nil
}

// dial opens a connection within the limit. The stage says how far it came.
func (d *dialler) dial(within *limit) (*conn, stage, error) {
	number := d.opened.Add(1)
	// No keep-alive probes: whatever they could find, the next slot finds sooner.
	dialer := net.Dialer{KeepAlive: -1, ControlContext: d.control()}
	if len(d.sources) > 0 {
		dialer.LocalAddr = d.sources[number%uint64(len(d.sources))]
	}
	ctx, cancel := within.guardDial()
	defer cancel()
	raw, err := d.connect(ctx, dialer)
	if err != nil {
		return nil, stageDial, err
	}
	c := &conn{stream: raw, tcp: raw.(*net.TCPConn), in: readers.Get().(*bufio.Reader), number: number, via: raw.LocalAddr().String()}
	c.in.Reset(c)
	within.guard(c.abort)
	if d.secure != nil {
		secure := tls.Client(raw, d.secure)
		if err := secure.Handshake(); err != nil {
			c.close()
			return nil, stageTLS, err
		}
		c.stream = secure
	}
	return c, stageWrite, nil
}

// connect connects from the next port, or from the one after it if somebody holds that.
func (d *dialler) connect(ctx context.Context, dialer net.Dialer) (net.Conn, error) {
	if d.ports == nil {
		return dialer.DialContext(ctx, "tcp", d.address)
	}
	from := net.TCPAddr{}
	if at, ok := dialer.LocalAddr.(*net.TCPAddr); ok {
		from = *at
	}
	for try := 1; ; try++ {
		from.Port = d.ports.take(time.Now())
		dialer.LocalAddr = &from
		raw, err := dialer.DialContext(ctx, "tcp", d.address)
		if err == nil {
			return raw, nil
		}
		if !taken(err) {
			d.ports.failed(from.Port, time.Now())
			return nil, err
		}
		if try == portTries {
			return nil, err
		}
	}
}

// triedFrom is the local address of a connection that was not made, as far as it
// was chosen by us, so that the record can be laid beside a node's connection tracking.
func triedFrom(err error) string {
	var op *net.OpError
	if !errors.As(err, &op) || op.Source == nil {
		return ""
	}
	return op.Source.String()
}
