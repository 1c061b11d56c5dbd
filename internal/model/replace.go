package model

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
)

// Created is the window from a pod being marked for deletion to its owner having
// made another: a pod with a deletionTimestamp no longer counts
// (controller/replicaset/replica_set.go, FilterActivePods). A bare pod has no
// owner and is never replaced.
func Created(owned bool) Window {
	if !owned {
		return Endless("a bare pod has no owner that would replace it")
	}
	return Between(0, react, "1s for its controller to make another")
}

// Running is the window from a pod's creation to its container running on a
// node, its image present.
func Running() Window {
	return Between(0, react+podStart, "1s to schedule + 5s to start a pod (startup objective)")
}

// Replaced is the window from a pod being marked for deletion to its replacement
// being ready.
//
//	no probes, boot time 0 == 0s..9s
func Replaced(c *corev1.Container, owned bool) Window {
	return Created(owned).Plus(Running(), Started(c, Boot(c)))
}

// ReplacedByHand is the window of the outage on a lane when somebody deletes every
// bare pod of a service, waits until they are gone and applies others: from the
// end of the last to the readiness of the first.
//
//	grace 30s, no probes, boot time 5s, minSyncPeriod 1s, lane at 50/s, time-out 0.9s: 5s..47.9s
func (w *World) ReplacedByHand(spec *corev1.PodSpec, lane history.LanePlan) Window {
	c := Serving(spec)
	stopped := Stopped(spec, c, Deleted)
	gone := Between(0, stopped.To, stopped.Because...).Late(relist+react, "1s relist + 1s until it is seen to be gone")
	out := gone.Late(react, "1s to apply others").Plus(Running(), Started(c, Boot(c)), w.Propagated()).Late(lane.Timeout, "a slot's time-out")
	out.From = max(Boot(c).From, lane.Interval())
	return out
}
