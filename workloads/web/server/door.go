package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// A door is a listener that can be shut, so that new connections are refused, or
// jammed, so that they hang: nobody accepts them and their queue is full. Both
// last until the process ends. Connections that are open stay open.
type door struct {
	*net.TCPListener
	once   sync.Once
	closed chan struct{}
	mu     sync.Mutex
	jammed bool
	queued []net.Conn
}

// openDoor listens on a port of every address; port 0 takes any. Plain TCP: what a
// full queue does to others is known of it.
func openDoor(port int) (*door, error) {
	var plain net.ListenConfig
	plain.SetMultipathTCP(false)
	l, err := plain.Listen(context.Background(), "tcp", ":"+strconv.Itoa(port))
	if err != nil {
		return nil, err
	}
	return &door{TCPListener: l.(*net.TCPListener), closed: make(chan struct{})}, nil
}

// Accept waits for a connection; behind a jammed door, until it is closed.
func (d *door) Accept() (net.Conn, error) {
	conn, err := d.TCPListener.Accept()
	d.mu.Lock()
	jammed := d.jammed
	d.mu.Unlock()
	if !jammed {
		return conn, err
	}
	if conn != nil {
		_ = conn.Close()
	}
	<-d.closed
	return nil, net.ErrClosed
}

// Close shuts the door.
func (d *door) Close() error {
	d.once.Do(func() { close(d.closed) })
	return d.TCPListener.Close()
}

// Bounds of filling the queue. A listener whose backlog is 0 queues one connection;
// those that were queued before it was set count too.
const (
	queueTries = 64
	queueWait  = 100 * time.Millisecond // after which a connection counts as hanging
)

// jam makes new connections hang: the queue is made as short as it can be, nobody
// accepts any more, and it is filled. The kernel then drops whoever knocks.
func (d *door) jam() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.jammed {
		return nil
	}
	raw, err := d.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = syscall.Listen(int(fd), 0) }); err != nil || failed != nil {
		return fmt.Errorf("shorten the queue: %w", errors.Join(err, failed))
	}
	d.jammed = true
	if err := d.SetDeadline(time.Now()); err != nil { // wakes who accepts
		return err
	}
	_, port, err := net.SplitHostPort(d.Addr().String())
	if err != nil {
		return err
	}
	for range queueTries {
		conn, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", port), queueWait)
		if err != nil {
			return nil // nobody gets in any more: that is what was wanted
		}
		d.queued = append(d.queued, conn)
	}
	return errors.New("new connections come in still")
}

// turnPort is the knob of the service port.
func (a *app) turnPort(value string) error {
	a.mu.Lock()
	d := a.door
	a.mu.Unlock()
	switch {
	case value != "shut" && value != "jam":
		return fmt.Errorf("%q is neither shut nor jam", value)
	case d == nil:
		return errors.New("the service port is not open")
	case value == "jam":
		return d.jam()
	}
	return d.Close()
}

// noteTCPProbes returns what a server calls when a connection changes its state: one
// that closes before anything was asked on it is a TCP probe. Its instant is its
// arrival.
func (a *app) noteTCPProbes() func(net.Conn, http.ConnState) {
	var arrived sync.Map
	return func(conn net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			arrived.Store(conn, now())
		case http.StateActive:
			arrived.Delete(conn)
		case http.StateClosed:
			at, silent := arrived.LoadAndDelete(conn)
			if !silent {
				return
			}
			_, port, _ := net.SplitHostPort(conn.LocalAddr().String())
			took := time.Duration(monotonic() - at.(instant).mono)
			a.log.add(at.(instant), stateProbe, attrPath, ":"+port, attrCode, "connected",
				attrMillis, strconv.FormatInt(took.Milliseconds(), 10), attrKind, kindTCP)
		}
	}
}
