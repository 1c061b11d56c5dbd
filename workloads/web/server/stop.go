package main

import (
	"context"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// end writes the last line and ends the process. Nothing is flushed to clients:
// whatever is in flight is cut off, which is what the line counts.
func (a *app) end(code int) {
	a.log.add(now(), stateExit, attrCode, strconv.Itoa(code), attrInflight, a.inFlight())
	a.log.stdout.settle(100 * time.Millisecond)
	a.exit(code)
}

func (a *app) inFlight() string { return strconv.FormatInt(a.inflight.Load(), 10) }

// terminate does what the settings say about SIGTERM and reports whether the
// run is over.
//
// Draining means: serve on for a while and ask every client to close its
// connection with the answer; then close what rests, wait for what is in flight
// for as long as the kubelet lets us, and exit with 0. Without draining the
// process exits at once, with the status that a shell shows for a process that SIGTERM killed.
func (a *app) terminate() bool {
	a.log.add(now(), stateSIGTERM, attrInflight, a.inFlight())
	s, _ := a.look()
	switch {
	case s.IgnoreSIGTERM:
		return false
	case s.Drain <= 0:
		a.end(128 + int(syscall.SIGTERM))
	default:
		a.turn(func(s *settings) { s.Draining = true })
		<-time.After(s.Drain)
		a.shutDown()
		a.end(0)
	}
	return true
}

func (a *app) shutDown() {
	a.mu.Lock()
	servers := a.servers
	a.mu.Unlock()
	var all sync.WaitGroup
	for _, server := range servers {
		all.Add(1)
		go func() {
			defer all.Done()
			_ = server.Shutdown(context.Background()) // SIGKILL is the time-out
		}()
	}
	all.Wait()
}
