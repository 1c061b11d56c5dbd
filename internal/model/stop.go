package model

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// minimumGrace is what a container gets to stop in any case
// (kubelet/kuberuntime/kuberuntime_manager.go minimumGracePeriodInSeconds).
const minimumGrace = 2 * time.Second

// A KillReason is why the kubelet stops a container; it decides which grace
// period holds (kubelet/kuberuntime/kuberuntime_container.go setTerminationGracePeriod).
type KillReason int

// Why the kubelet stops a container.
const (
	Deleted KillReason = iota // its pod is being deleted
	LivenessFailed
	StartupFailed
)

// Grace is how long a container may take from the decision to stop it to its
// end: terminationGracePeriodSeconds of the probe that failed, else of the pod.
func Grace(spec *corev1.PodSpec, c *corev1.Container, why KillReason) (time.Duration, string) {
	probe := map[KillReason]*corev1.Probe{LivenessFailed: c.LivenessProbe, StartupFailed: c.StartupProbe}[why]
	if probe != nil && probe.TerminationGracePeriodSeconds != nil {
		n := *probe.TerminationGracePeriodSeconds
		return time.Duration(n) * time.Second, fmt.Sprintf("the probe's terminationGracePeriodSeconds %d", n)
	}
	if spec.TerminationGracePeriodSeconds != nil {
		n := *spec.TerminationGracePeriodSeconds
		return time.Duration(n) * time.Second, fmt.Sprintf("terminationGracePeriodSeconds %d", n)
	}
	return 30 * time.Second, "terminationGracePeriodSeconds 30 by default"
}

// PreStop is how long the container's preStop hook delays SIGTERM: known for a
// sleep action (KEP-3960, stable in 1.34), not for a command.
func PreStop(c *corev1.Container) (d time.Duration, known bool) {
	if c.Lifecycle == nil || c.Lifecycle.PreStop == nil {
		return 0, true
	}
	if s := c.Lifecycle.PreStop.Sleep; s != nil {
		return time.Duration(s.Seconds) * time.Second, true
	}
	return 0, false
}

// Terminated is the window from the decision to stop a container to SIGTERM
// reaching it: at once, or after its preStop hook.
func Terminated(spec *corev1.PodSpec, c *corev1.Container, why KillReason) Window {
	grace, because := Grace(spec, c, why)
	sleep, known := PreStop(c)
	if !known {
		return Between(0, grace, "a preStop command within "+because).Late(react, "1s for the runtime to act")
	}
	return Between(min(sleep, grace), min(sleep, grace), fmt.Sprintf("preStop %s", sleep)).Late(react, "1s for the runtime to act")
}

// Stopped is the window from the decision to stop a container to its end: not
// before its preStop hook ended, not after the grace period. What is left of
// the grace period after the hook is never less than 2 s.
//
//	grace 30 s, preStop sleep 5 s == 5s..33s
func Stopped(spec *corev1.PodSpec, c *corev1.Container, why KillReason) Window {
	grace, because := Grace(spec, c, why)
	sleep, _ := PreStop(c)
	w := Between(min(sleep, grace), grace, fmt.Sprintf("preStop %s, %s", sleep, because))
	w = w.Late(minimumGrace, "2s at least after preStop (kuberuntime_container.go)")
	return w.Late(react, "1s for the runtime to act")
}
