package load

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/seatrial/seatrial/internal/history"
)

// A listener whose queue is full drops SYNs, as a packet filter that drops them does.
func TestConnectionThatNeverComesAbout(t *testing.T) {
	t.Parallel()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", name.(*unix.SockaddrInet4).Port)
	for range 4 { // the queue holds one more than it was asked to
		if c, err := net.DialTimeout("tcp", address, 50*time.Millisecond); err == nil {
			defer c.Close()
		}
	}
	var got log
	plan := Plan{URL: "http://" + address, Lanes: both(50, 2), Timeout: 100 * time.Millisecond, MaxDuration: 200 * time.Millisecond}
	report, err := Run(t.Context(), plan, got.sample, got.gap)
	if err != nil {
		t.Fatal(err)
	}
	for _, lane := range report.Lanes {
		measured(t, lane)
		if lane.Failed[history.ClassTimeoutConnect] == 0 || lane.OK > 0 || lane.Failures() != lane.Failed[history.ClassTimeoutConnect] || lane.Answered > 0 {
			t.Errorf("%d good, failed %v, skipped %v", lane.OK, lane.Failed, lane.Skipped)
		}
	}
	for _, s := range got.lane(history.LaneFresh) {
		if took := s.Sent + s.Took - s.Due; s.Class.Failed() && took < plan.Timeout {
			t.Errorf("slot %d was given up %v after it was due, the time-out is %v", s.Seq, took, plan.Timeout)
		}
	}
}

// Who closes first keeps TIME_WAIT, unless it resets: neither end may have any
// left, or ports run out and SYNs get lost.
func TestNoTimeWaitIsLeft(t *testing.T) {
	tg := newTarget(t)
	var got log
	if _, err := Run(t.Context(), Plan{URL: tg.url(), Lanes: both(200, 2), MaxDuration: 300 * time.Millisecond}, got.sample, got.gap); err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Skip(err)
	}
	_, port, _ := net.SplitHostPort(tg.address)
	number, _ := strconv.Atoi(port)
	const timeWait = "06" // TCP_TIME_WAIT, include/net/tcp_states.h
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line)
		if strings.Contains(line, fmt.Sprintf(":%04X ", number)) && fields[3] == timeWait {
			t.Fatalf("a connection is in TIME_WAIT: %s", line)
		}
	}
}
