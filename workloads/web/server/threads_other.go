//go:build !linux

package main

// spareThreads is for nodes that run out of processes, which are Linux.
func spareThreads() {}
