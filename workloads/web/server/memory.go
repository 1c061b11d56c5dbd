package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	step      = 8 << 20                // bytes allocated between two lines of the log
	leakPulse = 100 * time.Millisecond // a leak grows ten times a second
)

// memory is what the knobs made the app hold. Past the container's limit the
// kernel kills the process: a real OOM kill, from inside.
type memory struct {
	mu     sync.Mutex
	held   [][]byte
	total  int64
	leak   atomic.Int64 // bytes per second
	leaker sync.Once
}

// grow allocates n bytes and touches every page of them; untouched pages cost nothing.
func (m *memory) grow(n int64) (total int64) {
	block := make([]byte, n)
	for i := 0; i < len(block); i += os.Getpagesize() {
		block[i] = 1
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held = append(m.held, block)
	m.total += n
	return m.total
}

// allocate grows in steps, so that the log says how far it came.
func (a *app) allocate(n int64) {
	for n > 0 {
		part := min(n, step)
		total := a.memory.grow(part)
		a.log.add(now(), stateAllocate, attrBytes, strconv.FormatInt(total, 10))
		n -= part
	}
}

// leak sets how fast memory leaks; the first call starts the leak.
func (a *app) leak(perSecond int64) {
	a.memory.leak.Store(perSecond)
	a.memory.leaker.Do(func() { go a.leakOn() })
}

func (a *app) leakOn() {
	noted := int64(0)
	for range time.Tick(leakPulse) {
		n := a.memory.leak.Load() * int64(leakPulse) / int64(time.Second)
		if n <= 0 {
			continue
		}
		if total := a.memory.grow(n); total-noted >= step {
			noted = total
			a.log.add(now(), stateAllocate, attrBytes, strconv.FormatInt(total, 10))
		}
	}
}

// parseBytes reads a byte count, plain or with Ki, Mi or Gi.
//
//	"64Mi" -> 67108864
func parseBytes(text string) (int64, error) {
	unit := int64(1)
	for suffix, size := range map[string]int64{"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30} {
		if rest, ok := strings.CutSuffix(text, suffix); ok {
			text, unit = rest, size
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > (1<<62)/unit {
		return 0, fmt.Errorf("%q is no byte count, such as 1048576 or 64Mi", text)
	}
	return n * unit, nil
}
