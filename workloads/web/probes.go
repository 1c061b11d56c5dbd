package web

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/seatrial/seatrial/workloads"
)

// A ProbeOption sets one field of a probe. Durations are rounded up to whole
// seconds, Kubernetes' unit.
type ProbeOption func(*corev1.Probe)

// Period sets periodSeconds: the time between two probes.
func Period(d time.Duration) ProbeOption {
	return func(p *corev1.Probe) { p.PeriodSeconds = int32(seconds(d)) }
}

// Timeout sets timeoutSeconds.
func Timeout(d time.Duration) ProbeOption {
	return func(p *corev1.Probe) { p.TimeoutSeconds = int32(seconds(d)) }
}

// Failures sets failureThreshold: how many failures in a row count.
func Failures(n int32) ProbeOption { return func(p *corev1.Probe) { p.FailureThreshold = n } }

// Successes sets successThreshold. Kubernetes allows only 1 except for readiness.
func Successes(n int32) ProbeOption { return func(p *corev1.Probe) { p.SuccessThreshold = n } }

// InitialDelay sets initialDelaySeconds.
func InitialDelay(d time.Duration) ProbeOption {
	return func(p *corev1.Probe) { p.InitialDelaySeconds = int32(seconds(d)) }
}

// ProbeGrace sets terminationGracePeriodSeconds of the probe: the grace of a
// container that this probe kills, instead of the pod's.
func ProbeGrace(d time.Duration) ProbeOption {
	return func(p *corev1.Probe) { s := seconds(d); p.TerminationGracePeriodSeconds = &s }
}

// Liveness restarts the container when GET path fails. What the options leave
// open: every 2 s, time-out 1 s, 3 failures.
func Liveness(path string, options ...ProbeOption) workloads.Change {
	return everyContainer(func(c *corev1.Container) { c.LivenessProbe = probe(c, get(path), 2, options) })
}

// LivenessFile restarts the container while the file is not there, by an exec
// probe like that of ReadinessFile.
func LivenessFile(path string, options ...ProbeOption) workloads.Change {
	return func(o *workloads.Objects) {
		Env("READY_FILE", path)(o)
		everyContainer(func(c *corev1.Container) { c.LivenessProbe = probe(c, looksFor(path), 2, options) })(o)
	}
}

// LivenessTiming changes the liveness probe that is there, if any.
func LivenessTiming(options ...ProbeOption) workloads.Change {
	return everyContainer(func(c *corev1.Container) { tune(c.LivenessProbe, options) })
}

// NoLiveness takes the liveness probe out.
func NoLiveness() workloads.Change {
	return everyContainer(func(c *corev1.Container) { c.LivenessProbe = nil })
}

// Readiness takes the pod out of its Service while GET path fails. What the
// options leave open: every 1 s, time-out 1 s, 3 failures.
func Readiness(path string, options ...ProbeOption) workloads.Change {
	return everyContainer(func(c *corev1.Container) { c.ReadinessProbe = probe(c, get(path), 1, options) })
}

// ReadinessFile takes the pod out of its Service while the file is not there, by
// an exec probe; the image has no shell, so the server's binary looks. The
// server makes the file when it is ready, and has a knob for it.
func ReadinessFile(path string, options ...ProbeOption) workloads.Change {
	return func(o *workloads.Objects) {
		Env("READY_FILE", path)(o)
		everyContainer(func(c *corev1.Container) {
			c.ReadinessProbe = probe(c, looksFor(path), 1, options)
		})(o)
	}
}

// ReadinessTiming changes the readiness probe that is there, if any.
func ReadinessTiming(options ...ProbeOption) workloads.Change {
	return everyContainer(func(c *corev1.Container) { tune(c.ReadinessProbe, options) })
}

// NoReadiness takes the readiness probe out: ready as soon as it runs.
func NoReadiness() workloads.Change {
	return everyContainer(func(c *corev1.Container) { c.ReadinessProbe = nil })
}

// Startup holds the other probes back until GET path succeeded. What the
// options leave open: every 1 s, time-out 1 s, 3 failures.
func Startup(path string, options ...ProbeOption) workloads.Change {
	return everyContainer(func(c *corev1.Container) { c.StartupProbe = probe(c, get(path), 1, options) })
}

// StartupTiming changes the startup probe that is there, if any.
func StartupTiming(options ...ProbeOption) workloads.Change {
	return everyContainer(func(c *corev1.Container) { tune(c.StartupProbe, options) })
}

// NoStartup takes the startup probe out.
func NoStartup() workloads.Change {
	return everyContainer(func(c *corev1.Container) { c.StartupProbe = nil })
}

func get(path string) corev1.ProbeHandler {
	return corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromString(servicePort)}}
}

func looksFor(path string) corev1.ProbeHandler {
	return corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"/" + Name, "exists", path}}}
}

// probe says every timing itself instead of leaving it to the API server's
// defaults (10 s, 1 s, 3, 1), so that the manifest can be read by itself. It
// goes to the probes' own port where the container has one.
func probe(c *corev1.Container, handler corev1.ProbeHandler, period int32, options []ProbeOption) *corev1.Probe {
	for _, port := range c.Ports {
		if port.Name == probePort && handler.HTTPGet != nil {
			handler.HTTPGet.Port = intstr.FromString(probePort)
		}
	}
	p := &corev1.Probe{ProbeHandler: handler, PeriodSeconds: period, TimeoutSeconds: 1, FailureThreshold: 3, SuccessThreshold: 1}
	tune(p, options)
	return p
}

func tune(p *corev1.Probe, options []ProbeOption) {
	if p == nil {
		return
	}
	for _, option := range options {
		option(p)
	}
}
