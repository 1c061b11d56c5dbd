//go:build !linux

package history

import "time"

var processStart = time.Now()

// StartClock begins a trial's time now.
func StartClock() Clock {
	return Clock{Wall: time.Now(), Monotonic: MonotonicNow()}
}

// MonotonicNow is the time since this process started: other processes share no
// monotonic clock with us here.
func MonotonicNow() int64 { return int64(time.Since(processStart)) }
