package model

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// ProbeGap is the window from one probe of a container to the next, as they arrive.
// They come on a ticker of periodSeconds, begun when the kubelet took the pod over
// and kept through restarts of the container; ticks that fall into a probe that
// hangs are lost but for one, which is late (kubelet/prober/worker.go run).
// Arriving may take a moment longer than the time before.
//
//	periodSeconds 4, timeoutSeconds 3 == 3s..5s; periodSeconds 2, timeoutSeconds 5 == 1s..6s
func ProbeGap(p *corev1.Probe) Window {
	period, timeout := ofSeconds(p.PeriodSeconds), ofSeconds(p.TimeoutSeconds)
	w := Between(period, max(period, timeout), fmt.Sprintf("periodSeconds %d, timeoutSeconds %d (kubelet/prober/worker.go)", p.PeriodSeconds, p.TimeoutSeconds))
	const why = "1s for a probe to arrive"
	return w.Early(react, why).Late(react, why)
}

// Arrival is how far a probe may arrive after its tick.
func Arrival() Window {
	return Between(0, react, "a ticker of periodSeconds; 1s for a probe to arrive (kubelet/prober/worker.go run)")
}

// ReadinessGap is ProbeGap of a readiness probe. While the container is not ready
// each sync of its pod asks besides, and starts the ticker anew
// (kubelet/prober/prober_manager.go UpdatePodStatus), so there is no lower end.
func ReadinessGap(p *corev1.Probe) Window {
	w := ProbeGap(p)
	w.From = 0
	return w
}

// FirstProbe is the window from the start of a process to the first probe of it,
// where held is how long its startup probe took to pass, 0 if it has none.
//
// The kubelet knows the container at the next relist; it asks at a tick, once
// initialDelaySeconds are over and the startup probe has passed. The delay is counted
// in whole seconds from an instant with a resolution of a second. No jitter is added:
// that of worker.go is for pods that a kubelet finds when it starts, less than a
// period after that.
//
//	periodSeconds 4, initialDelaySeconds 8 == 6s..14s; periodSeconds 2, no delay == 0s..5s
//	periodSeconds 4, initialDelaySeconds 8, held 10s == 10s..17s
func FirstProbe(p *corev1.Probe, held time.Duration) Window {
	period, delay := ofSeconds(p.PeriodSeconds), ofSeconds(p.InitialDelaySeconds)
	w := Between(held, held+relist+react, "1s relist + 1s for the status to be known")
	if delay > 0 {
		// The container was started a moment before its process could say so.
		late := Between(delay-second-react, delay+second, fmt.Sprintf("initialDelaySeconds %d in whole seconds", p.InitialDelaySeconds))
		w = Window{From: max(w.From, late.From), To: max(w.To, late.To), Because: union(w.Because, late.Because)}
	}
	if held > 0 {
		w.Because = union(w.Because, []string{"not before the startup probe has passed"})
	}
	return w.Late(period+react, fmt.Sprintf("periodSeconds %d until the next tick + 1s for the probe to arrive (kubelet/prober/worker.go)", p.PeriodSeconds))
}

// GivenUp is the window from the start of a process that never passes its startup
// probe to the kubelet's decision to restart it: the first probe, and the others up
// to failureThreshold.
//
//	periodSeconds 1, timeoutSeconds 1, failureThreshold 5 == 4s..10s
func GivenUp(p *corev1.Probe) Window {
	rest := time.Duration(p.FailureThreshold-1) * ofSeconds(p.PeriodSeconds)
	fails := Between(rest, rest+ofSeconds(p.TimeoutSeconds), fmt.Sprintf("failureThreshold %d x periodSeconds %d + timeoutSeconds %d (kubelet/prober/worker.go)",
		p.FailureThreshold, p.PeriodSeconds, p.TimeoutSeconds))
	return FirstProbe(p, 0).Plus(fails).Late(react, "1s for the kubelet to act")
}

// TimesOut is the window in which a probe that nobody answers is given up, from its
// arrival. The time-out runs from before it was sent, and who is asked sees its end
// a moment later.
//
//	timeoutSeconds 3 == 2s..4s
func TimesOut(p *corev1.Probe) Window {
	timeout := ofSeconds(p.TimeoutSeconds)
	return Between(timeout, timeout, fmt.Sprintf("timeoutSeconds %d (probe/http/http.go)", p.TimeoutSeconds)).
		Early(react, "up to 1s to arrive").Late(react, "1s until its end is seen")
}

// Flips is the window from the answer that fulfilled a threshold of the readiness
// probe to the pod's condition Ready saying so.
func Flips() Window {
	return Between(0, 2*react, "1s for the kubelet to act + 1s for the status to arrive (kubelet/prober/worker.go, kubelet/status/status_manager.go)")
}

// FirstSight is the window from the instant at which a probed thing turned bad to
// the first probe of it: the next tick.
//
//	periodSeconds 3 == 0s..4s
func FirstSight(p *corev1.Probe) Window {
	return Between(0, ofSeconds(p.PeriodSeconds), fmt.Sprintf("periodSeconds %d until the next tick (kubelet/prober/worker.go)", p.PeriodSeconds)).
		Late(react, "1s for the probe to arrive")
}
