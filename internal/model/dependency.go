package model

import (
	"net"

	corev1 "k8s.io/api/core/v1"
)

// DependsOn is the Service that the container asks for its readiness: the host of
// its variable DEPENDENCY, "" if it says none.
//
//	DEPENDENCY=backend:8080 == "backend"
func DependsOn(c *corev1.Container) string {
	for _, v := range c.Env {
		if v.Name == "DEPENDENCY" {
			host, _, err := net.SplitHostPort(v.Value)
			if err != nil {
				return v.Value
			}
			return host
		}
	}
	return ""
}

// FollowsDown is the window from a dependency losing its last endpoint to a pod that
// asks it for its readiness being called unready: routes follow, then the probe
// fails as often as it must.
//
//	minSyncPeriod 1s; periodSeconds 1, timeoutSeconds 1, failureThreshold 3 == 2s..9s
func (w *World) FollowsDown(c *corev1.Container) Window {
	return Unready(c, AtOnce).Plus(w.Propagated())
}

// FollowsUp is the window from a dependency having an endpoint again to the pod
// being called ready again.
//
//	minSyncPeriod 1s; periodSeconds 1, timeoutSeconds 1, successThreshold 1 == 0s..7s
func (w *World) FollowsUp(c *corev1.Container) Window { return ReadyAgain(c).Plus(w.Propagated()) }
