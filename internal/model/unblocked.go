package model

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
)

const (
	// maxBackoffQueue is the longest that a pod which could not be placed is held back
	// before it is tried again (scheduler/apis/config/v1/defaults.go PodMaxBackoffSeconds).
	maxBackoffQueue = 10 * time.Second
	// manifestCheck is how often a kubelet looks for static pods if it is not told that a
	// file came (kubelet/apis/config/v1beta1/defaults.go FileCheckFrequency).
	manifestCheck = 20 * time.Second
	// leaderWait is how long a component may have to wait until it leads: the lease of
	// the one before it, if that did not give it back, and its own retry with its jitter
	// (component-base/config/v1alpha1/defaults.go; client-go/tools/leaderelection JitterFactor 1.2).
	leaderWait = 15*time.Second + 22*2*time.Second/10
	// statusSync is how often a kubelet offers the API server what that did not take before
	// (kubelet/status/status_manager.go syncPeriod).
	statusSync = 10 * time.Second
)

// Unblocked is the window from the undo of a fault that kept pods from being made, or
// from being placed on a node, to such a pod being ready; of node/add from the node that
// they waited for being Ready. An error means that the fault is none of these.
func (w *World) Unblocked(fault string, c *corev1.Container) (Window, error) {
	ready := Running().Plus(Started(c, Boot(c)))
	leads := ready.
		Late(manifestCheck, "fileCheckFrequency 20s until its manifest is seen").
		Late(podStart, "5s to start the component (startup objective)").
		Late(leaderWait, "15s lease + 2s retry x 2.2 until it leads (leaderelection)")
	switch HarmOf(fault) {
	case NodeShut:
		return ready.Late(maxBackoffQueue, "up to 10s of back-off until it is tried again (podMaxBackoffSeconds)"), nil
	case LeaderStops:
		return leads, nil
	case APIStops:
		return leads.
			Late(w.Restarted("", 2).To, "the second start of the controller manager, which ends without its lease").
			Late(rewatch, "60s for scheduler and controller manager to watch again (client-go reflector.go)").
			Late(statusSync, "10s until the kubelet tells of the pod (status_manager.go syncPeriod)"), nil
	}
	return Window{}, fmt.Errorf("the model does not know what the undo of %s lets go on", fault)
}
