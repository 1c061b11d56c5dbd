package load

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// An alarm wakes one goroutine at exact instants.
//
// It is a timerfd in the runtime's poller: a Go timer ends up as the time-out of
// epoll_wait, which counts in whole milliseconds, while a timerfd that fires is
// an event like any other. No thread and no processor is held meanwhile.
type alarm struct {
	clock clock
	file  *os.File
	raw   syscall.RawConn
}

func newAlarm(c clock) (*alarm, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create timer: %w", err)
	}
	file := os.NewFile(uintptr(fd), "timerfd")
	raw, err := file.SyscallConn()
	if err != nil {
		return nil, fmt.Errorf("create timer: %w", err)
	}
	return &alarm{clock: c, file: file, raw: raw}, nil
}

// wait returns true at the offset t, at once if that is past, and false once
// the alarm was interrupted.
func (a *alarm) wait(t time.Duration) bool {
	if a.clock.now() >= t {
		return true
	}
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(a.clock.monotonic(t))}
	var failed error
	err := a.raw.Control(func(fd uintptr) {
		failed = unix.TimerfdSettime(int(fd), unix.TFD_TIMER_ABSTIME, &spec, nil)
	})
	if err != nil || failed != nil {
		return false
	}
	var expirations [8]byte
	_, err = a.file.Read(expirations[:])
	return err == nil
}

// interrupt makes this and every later wait for the future return false.
func (a *alarm) interrupt() { _ = a.file.SetReadDeadline(time.Unix(1, 0)) }

func (a *alarm) close() { _ = a.file.Close() }
