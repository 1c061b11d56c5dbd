package history

import (
	"syscall"
	"time"
	"unsafe"
)

const clockMonotonic = 1 // CLOCK_MONOTONIC, linux/time.h

// StartClock begins a trial's time now.
func StartClock() Clock {
	return Clock{Wall: time.Now(), Monotonic: MonotonicNow()}
}

// MonotonicNow reads CLOCK_MONOTONIC in nanoseconds.
func MonotonicNow() int64 {
	var ts syscall.Timespec
	// The standard library keeps its own reading private; the call cannot fail for this clock.
	_, _, _ = syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&ts)), 0)
	return ts.Nano()
}
