package main

import (
	"sync"
	"syscall"
)

// spareThreads has Go's scheduler keep some threads at rest: when no thread can be
// started any more, a program that needs one is ended by its own runtime.
func spareThreads() {
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			nap := syscall.NsecToTimespec(int64(hoardPulse))
			_ = syscall.Nanosleep(&nap, nil)
		})
	}
	all.Wait()
}
