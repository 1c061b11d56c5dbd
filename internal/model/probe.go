package model

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// A Failing says how a probed thing fails.
type Failing int

// How a probed thing fails.
const (
	AtOnce  Failing = iota // the answer says so: a status, a refused connection, an exit code
	Hanging                // no answer comes; the probe's own time-out ends it
)

// HealthyCode reports whether an HTTP probe takes the status for health: any
// from 200 up to 399 (probe/http/http.go DoHTTPProbe). A redirect to another
// host is a warning, which counts as success.
func HealthyCode(code int) bool { return code >= 200 && code < 400 }

// Decision is the window from the instant at which the probed thing turned bad
// to the kubelet's decision that the probe failed.
//
// The worker probes on a ticker of periodSeconds and decides at the
// failureThreshold'th failure in a row (kubelet/prober/worker.go doProbe). The
// first tick comes within a period; a probe that hangs takes its time-out, and
// ticks that it misses are lost, so that the period is then the longer of the two.
//
//	periodSeconds 10, timeoutSeconds 1, failureThreshold 3, hanging == 20s..32s
func Decision(p *corev1.Probe, how Failing) Window {
	period, timeout := ofSeconds(p.PeriodSeconds), ofSeconds(p.TimeoutSeconds)
	because := fmt.Sprintf("failureThreshold %d x periodSeconds %d", p.FailureThreshold, p.PeriodSeconds)
	if how == Hanging {
		because += fmt.Sprintf(" + timeoutSeconds %d", p.TimeoutSeconds)
		period = max(period, timeout)
	}
	n := time.Duration(p.FailureThreshold)
	w := Between((n-1)*period, n*period+timeout, because+" (kubelet/prober/worker.go)")
	return w.Late(react, "1s for the kubelet to act")
}

// Passing is the window from the instant at which the probed thing turned good
// to the kubelet's decision that the probe succeeded. While a container is not
// ready every sync of its pod triggers a readiness probe besides those of the
// ticker (kubelet/prober/prober_manager.go UpdatePodStatus), so the lower end is zero.
//
//	periodSeconds 10, timeoutSeconds 1, successThreshold 1 == 0s..12s
func Passing(p *corev1.Probe) Window {
	period := max(ofSeconds(p.PeriodSeconds), ofSeconds(p.TimeoutSeconds))
	to := time.Duration(max(p.SuccessThreshold, 1))*period + ofSeconds(p.TimeoutSeconds)
	because := fmt.Sprintf("successThreshold %d x periodSeconds %d + timeoutSeconds %d (kubelet/prober/worker.go)",
		max(p.SuccessThreshold, 1), p.PeriodSeconds, p.TimeoutSeconds)
	return Between(0, to, because).Late(react, "1s for the kubelet to act")
}

// SeesHang reports whether the probe notices handlers that never answer: one
// that asks the app and waits for an answer does. A TCP connection is accepted
// by the kernel, and a command that looks at a file asks nobody.
func SeesHang(p *corev1.Probe) bool { return p != nil && (p.HTTPGet != nil || p.GRPC != nil) }

// Started is the window from the start of a container's process to its pod being
// ready, where boot is how long the process takes until it can answer.
//
// The startup probe, then the readiness probe must pass, neither before its
// initialDelaySeconds, which are counted in whole seconds from an instant with a
// resolution of a second (worker.go: int32(time.Since(StartedAt).Seconds())).
func Started(c *corev1.Container, boot Window) Window {
	w := boot
	for _, p := range []*corev1.Probe{c.StartupProbe, c.ReadinessProbe} {
		if p == nil {
			continue
		}
		if delay := ofSeconds(p.InitialDelaySeconds); delay > 0 {
			late := Between(delay-second, delay+second, fmt.Sprintf("initialDelaySeconds %d", p.InitialDelaySeconds))
			w = Window{From: max(w.From, late.From), To: max(w.To, late.To), Because: union(w.Because, late.Because)}
		}
		w = w.Plus(Passing(p))
	}
	// Without a readiness probe a pod is ready as soon as its container runs.
	if c.StartupProbe == nil && c.ReadinessProbe == nil {
		w = Between(0, 0, "no readiness probe: ready when running")
	}
	return w.Late(relist+react, "1s relist + 1s for the status to arrive")
}

// Boot is how long a process takes until it can answer: what the container's
// variables BOOT_TIME and WARM_UP say, and up to a second of the process's own.
func Boot(c *corev1.Container) Window {
	boot := Env(c, "BOOT_TIME") + Env(c, "WARM_UP")
	if boot == 0 {
		return Between(0, time.Second, "1s to start listening")
	}
	return Between(boot, boot+time.Second, fmt.Sprintf("boot time %s + 1s to start listening", boot))
}

func ofSeconds(n int32) time.Duration { return time.Duration(n) * time.Second }
