package main

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seatrial/seatrial/workloads"
)

// knock makes a connection and closes it again: a TCP probe.
func knock(s *server) error {
	conn, err := net.DialTimeout("tcp", strings.TrimPrefix(s.service, "http://"), 300*time.Millisecond)
	if err == nil {
		_ = conn.Close()
	}
	return err
}

func TestPortShut(t *testing.T) {
	s := start(t, t.TempDir())
	s.until(stateReady)
	if err := knock(s); err != nil {
		t.Fatalf("the port is open: %v", err)
	}
	probe := s.until(stateProbe)
	if probe.Attrs[attrKind] != kindTCP || !strings.HasPrefix(probe.Attrs[attrPath], ":") || probe.Attrs[attrCode] != "connected" {
		t.Errorf("a TCP probe is in the log as %+v", probe)
	}
	s.turn(workloads.KnobPort, "shut")
	if err := knock(s); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the port is shut: %v", err)
	}
	s.terminate()
	if code := s.status(); code != 143 {
		t.Errorf("want exit status 143, got %d", code)
	}
}

func TestPortJammed(t *testing.T) {
	s := start(t, t.TempDir(), "DRAIN=1ms")
	s.until(stateReady)
	s.turn(workloads.KnobPort, "jam")
	s.turn(workloads.KnobPort, "jam") // nothing more
	for range 3 {
		if timeout := (net.Error)(nil); !errors.As(knock(s), &timeout) || !timeout.Timeout() {
			t.Errorf("the port is jammed: %v", timeout)
		}
	}
	s.terminate()
	if code := s.status(); code != 0 {
		t.Errorf("a jammed port must not keep it from ending: exit status %d", code)
	}
}

func TestPortThatIsNotOpen(t *testing.T) {
	s := newSite(t)
	for _, value := range []string{"shut", "jam", "ajar"} {
		if code := s.turn(workloads.KnobPort, value); code != http.StatusBadRequest {
			t.Errorf("%s: want 400, got %d", value, code)
		}
	}
}
