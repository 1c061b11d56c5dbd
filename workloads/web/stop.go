package web

import (
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/workloads"
)

// Grace sets terminationGracePeriodSeconds, preStop included; rounded up to whole seconds.
func Grace(d time.Duration) workloads.Change {
	return everyPod(func(p *corev1.PodSpec) { s := seconds(d); p.TerminationGracePeriodSeconds = &s })
}

// PreStopSleep has the kubelet wait before SIGTERM (the native sleep handler,
// GA in 1.34), so that endpoints are gone before the server is; rounded up to whole seconds.
func PreStopSleep(d time.Duration) workloads.Change {
	return everyContainer(func(c *corev1.Container) {
		c.Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: seconds(d)}}}
	})
}

// NoPreStop takes the preStop pause out: SIGTERM comes at once.
func NoPreStop() workloads.Change {
	return everyContainer(func(c *corev1.Container) { c.Lifecycle = nil })
}

// DrainOnSIGTERM has the server go on for d after SIGTERM, asking clients to
// close their connections, and then end with what is in flight. With 0 it exits
// on SIGTERM at once, with status 143.
func DrainOnSIGTERM(d time.Duration) workloads.Change { return Env("DRAIN", d.String()) }

// IgnoreSIGTERM has the server note SIGTERM and go on until it is killed.
func IgnoreSIGTERM(on bool) workloads.Change { return Env("IGNORE_SIGTERM", strconv.FormatBool(on)) }
