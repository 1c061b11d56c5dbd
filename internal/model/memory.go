package model

import (
	"fmt"
	"time"
)

// MemoryPressure is the window from a node's memory being taken to its condition
// MemoryPressure: seen by the kubelet's eviction loop, which asks the kernel anew each
// time (kubelet/eviction/eviction_manager.go synchronize), reported with the node's status.
//
//	a threshold is set == 0s..21s
func (w *World) MemoryPressure(node string) Window {
	threshold := w.Kubelet(node).EvictionHard["memory.available"]
	if threshold == "" || threshold == "0%" || threshold == "0" {
		return Endless("evictionHard has no threshold of memory.available: eviction is off")
	}
	return w.reported(node, 0, evictionLoop, fmt.Sprintf("evictionHard memory.available<%s: eviction loop 10s", threshold))
}

// stopEvicted is the shortest grace that a kubelet gives a pod that it evicts
// (kubelet/pod_workers.go: at least one second).
const stopEvicted = time.Second

// EvictedForDisk is the window from a container having written more into its own layer
// than it may to its pod being evicted: containerd's figures of layers are so old, and
// the eviction loop looks so often (kubelet/eviction localStorageEviction).
//
//	== 0s..23s
func (w *World) EvictedForDisk() Window {
	return Between(0, imageStats+evictionLoop+stopEvicted+2*react,
		"figures of container layers 10s old, eviction loop 10s, 1s for the loop itself, 1s to stop the pod, 1s to arrive")
}
