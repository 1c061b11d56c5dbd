// Package model says what Kubernetes promises for these objects, under these
// settings, in this version: as windows with both ends, each with its source.
//
// Recovering faster than is possible is as wrong as recovering too late, so
// every window has a lower end too. All functions are pure: they see the
// objects as the API server returned them, the settings in force and the
// version, never a clock or a cluster.
//
// Sources are named by their place in the Kubernetes repository
// ("kubelet/prober/worker.go" is pkg/kubelet/prober/worker.go), read at v1.36.3.
package model

import "time"

// What Kubernetes does not promise but needs: time to see a change and to act
// on it. Kubernetes' own service level objectives are the only published
// figures, so they are the upper ends; the lower ends are zero.
const (
	// react is how long a component may take to see a change over its watch and
	// to write its answer: the API latency objective, 1 s at the 99th percentile
	// (sig-scalability/slos/api_call_latency.md).
	react = time.Second
	// podStart is how long a pod may take from its creation until its containers
	// run, images present: the pod startup objective, 5 s at the 99th percentile
	// (sig-scalability/slos/pod_startup_latency.md).
	podStart = 5 * time.Second
	// containerStart is how long a runtime may take to create and start one
	// container in a pod that has its sandbox; a part of podStart.
	containerStart = 3 * time.Second
	// relist is how often the kubelet compares the runtime's containers with what
	// it knows (kubelet/kubelet.go genericPlegRelistPeriod).
	relist = time.Second
	// second is the resolution of metav1.Time, which instants in API objects have:
	// a second may be missing at either end of a length measured between two.
	second = time.Second
)

// Forever is the upper end of what nothing ends.
const Forever = time.Duration(1<<63 - 1)
