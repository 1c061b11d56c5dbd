package model

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Propagated is the window from a change of a pod's readiness, or of a Service's
// selector, in the API to new connections following it: the EndpointSlice
// controller writes the slice (no batching: --endpoint-updates-batch-period is
// 0), kube-proxy sees it and writes its rules, at most once per minSyncPeriod
// (proxy/runner/bounded_frequency_runner.go). Established connections stay.
//
//	minSyncPeriod 1s == 0s..3s
func (w *World) Propagated() Window {
	return Between(0, w.Settings.ProxyMinSync+2*react, fmt.Sprintf(
		"1s for the EndpointSlice + kube-proxy minSyncPeriod %s + 1s for its rules", w.Settings.ProxyMinSync))
}

// ExitLeft is the window from the end of a container's process to no new
// connection reaching its pod: seen at a relist, reported, propagated.
func (w *World) ExitLeft() Window {
	return Between(0, relist+react, "1s relist + 1s for the status to arrive").Plus(w.Propagated())
}

// UnreadyLeft is the window from the instant at which readiness turned bad to no
// new connection reaching the pod.
func (w *World) UnreadyLeft(c *corev1.Container, how Failing) Window {
	return Unready(c, how).Plus(w.Propagated())
}

// Unready is the window from the instant at which readiness turned bad to the
// pod's condition Ready turning False in the API. Without a readiness probe it never does.
func Unready(c *corev1.Container, how Failing) Window {
	if c.ReadinessProbe == nil {
		return Endless("no readiness probe: ready for as long as it runs")
	}
	return Decision(c.ReadinessProbe, how).Late(react, "1s for the status to arrive")
}

// ReadyAgain is the window from the instant at which readiness turned good to
// the pod's condition Ready turning True in the API.
func ReadyAgain(c *corev1.Container) Window {
	if c.ReadinessProbe == nil {
		return Between(0, 0, "no readiness probe: ready for as long as it runs")
	}
	return Passing(c.ReadinessProbe).Late(react, "1s for the status to arrive")
}

// Drains reports for how long a container that is told to stop goes on serving:
// its preStop sleep and what its variable DRAIN says. A preStop command's length
// is unknown and counts as none.
func Drains(c *corev1.Container) time.Duration {
	sleep, _ := PreStop(c)
	return sleep + Env(c, "DRAIN")
}

// DrainsGracefully reports whether a container whose pod is deleted serves on
// until no new connection can reach it any more, and its grace period allows that.
func (w *World) DrainsGracefully(spec *corev1.PodSpec, c *corev1.Container) bool {
	drains := Drains(c)
	grace, _ := Grace(spec, c, Deleted)
	return drains >= w.Propagated().To && grace >= drains
}
