package main

import (
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"testing"
	"time"
)

// anyPort returns a listener on this machine that is closed at the end of the test.
func anyPort(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// What is said and what is answered are each late, and nothing of it is lost.
func TestRelay(t *testing.T) {
	echo, l := anyPort(t), anyPort(t)
	go func() {
		for {
			conn, err := echo.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(conn, conn); _ = conn.Close() }()
		}
	}()
	const delay = 60 * time.Millisecond
	go func() { _ = relay{delay, echo.Addr().String()}.serve(l) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	said, began := make([]byte, 300<<10), time.Now()
	for n := range said {
		said[n] = byte(n)
	}
	go func() { _, _ = conn.Write(said); _ = conn.(*net.TCPConn).CloseWrite() }()
	heard, err := io.ReadAll(conn)
	if took := time.Since(began); err != nil || !slices.Equal(heard, said) || took < 2*delay {
		t.Errorf("%d of %d bytes came back after %s, at least %s were wanted; %v", len(heard), len(said), took, 2*delay, err)
	}
}

// Without a target there is a connection and no answer.
func TestRelayToNobody(t *testing.T) {
	l := anyPort(t)
	go func() { _ = relay{}.serve(l) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("hello")); err != nil {
		t.Error(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if n, err := conn.Read(make([]byte, 1)); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("it answered %d bytes, or hung up: %v", n, err)
	}
}

// A target that is not there closes the caller's connection.
func TestRelayToWhoIsNotThere(t *testing.T) {
	away, l := anyPort(t), anyPort(t)
	_ = away.Close()
	go func() { _ = relay{time.Millisecond, away.Addr().String()}.serve(l) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("it says %v", err)
	}
}

func TestParseRelay(t *testing.T) {
	r, port, err := parseRelay([]string{"100ms", "8081", "10.244.1.5:8080"})
	if err != nil || port != "8081" || r != (relay{100 * time.Millisecond, "10.244.1.5:8080"}) {
		t.Errorf("%+v on %s, %v", r, port, err)
	}
	for _, bad := range [][]string{nil, {"100ms"}, {"soon", "8081"}, {"1s", "1", "a:1", "b"}} {
		if _, _, err := parseRelay(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
