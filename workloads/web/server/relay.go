package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// A relay passes on what comes to its port, and what is answered, each a while later: a
// slow network, where the kernel has none to offer. Without a target it passes nothing on:
// whoever calls gets a connection and never an answer.
type relay struct {
	delay  time.Duration
	target string // host:port; "": none
}

// parseRelay reads "DELAY PORT [TARGET]".
//
//	"100ms", "8081", "10.244.1.5:8080" -> what comes to port 8081 is there 100 ms later
func parseRelay(args []string) (r relay, port string, err error) {
	if len(args) < 2 || len(args) > 3 {
		return relay{}, "", fmt.Errorf("want DELAY PORT [TARGET], not %q", args)
	}
	if r.delay, err = time.ParseDuration(args[0]); err != nil {
		return relay{}, "", fmt.Errorf("read the delay: %w", err)
	}
	if len(args) == 3 {
		r.target = args[2]
	}
	return r, args[1], nil
}

// relayFor relays as the arguments say, for as long as the process lives.
func relayFor(args []string) error {
	r, port, err := parseRelay(args)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", ":"+port)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	return r.serve(l)
}

// serve relays until the listener is closed.
func (r relay) serve(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		go r.pass(conn)
	}
}

// pass serves one connection to its end.
func (r relay) pass(near net.Conn) {
	defer near.Close()
	if r.target == "" {
		_, _ = io.Copy(io.Discard, near)
		return
	}
	far, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(context.Background(), "tcp", r.target)
	if err != nil {
		return // whoever called sees its connection close
	}
	defer far.Close()
	var both sync.WaitGroup
	both.Go(func() { r.late(far, near) })
	both.Go(func() { r.late(near, far) })
	both.Wait()
}

// A chunk is what was read at once, and when it is to be written; the last one is empty.
type chunk struct {
	bytes []byte
	due   time.Time
}

// late copies from one to the other, each chunk a delay after it came, and the end too.
func (r relay) late(to, from net.Conn) {
	chunks := make(chan chunk, 1024)
	go func() {
		defer close(chunks)
		for {
			buffer := make([]byte, 16<<10)
			n, err := from.Read(buffer)
			chunks <- chunk{buffer[:n], time.Now().Add(r.delay)}
			if err != nil {
				return
			}
		}
	}()
	for c := range chunks {
		time.Sleep(time.Until(c.due))
		if _, err := to.Write(c.bytes); err != nil {
			_ = from.Close() // ends the reader
		}
	}
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}
