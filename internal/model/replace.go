package model

import (
	corev1 "k8s.io/api/core/v1"
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
