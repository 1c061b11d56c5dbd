package host

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// ProcessorTime is how much time the processors of this machine have spent since it
// booted, added up, and how much of it they had nothing to do. Where the kernel does
// not tell (not Linux) it is an error.
func ProcessorTime() (idle, total time.Duration, err error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0, fmt.Errorf("read the processors' time: %w", err)
	}
	return parseProcessorTime(string(text))
}

// tick is the unit of /proc/stat: USER_HZ is 100 on every architecture that Docker
// runs on (man 7 time).
const tick = 10 * time.Millisecond

// parseProcessorTime reads the first line of /proc/stat (man 5 proc): user, nice,
// system, idle, iowait, irq, softirq, steal; guest time is in user time already.
//
//	"cpu  10 0 5 80 5 0 0 0 0 0" -> idle 850 ms of 1 s
func parseProcessorTime(text string) (idle, total time.Duration, err error) {
	line, _, _ := strings.Cut(text, "\n")
	fields, found := strings.CutPrefix(line, "cpu ")
	var t [8]int64
	n, _ := fmt.Sscan(fields, &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7])
	if !found || n < len(t) {
		return 0, 0, errors.New("/proc/stat does not begin with the processors' time")
	}
	for _, ticks := range t {
		total += time.Duration(ticks) * tick
	}
	return time.Duration(t[3]+t[4]) * tick, total, nil
}
