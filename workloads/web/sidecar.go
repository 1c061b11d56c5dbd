package web

import (
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/workloads"
)

// SidecarName is the container that WithSidecar adds.
const SidecarName = "sidecar"

// Ports of the sidecar: a pod's containers share one network, so it needs its own.
const (
	sidecarPort  = 8081
	sidecarAdmin = 9091
)

// WithSidecar adds a second container to every pod: the same server on ports of
// its own, without probes, outside the Service, with the volume of the app's log
// mounted where the app has it. It exits on SIGTERM at once.
func WithSidecar() workloads.Change {
	return everyPod(func(p *corev1.PodSpec) {
		c := p.Containers[0].DeepCopy()
		c.Name, c.Ports, c.Lifecycle = SidecarName, nil, nil
		c.LivenessProbe, c.ReadinessProbe, c.StartupProbe = nil, nil, nil
		// Of the app's variables it has its names: the log in the volume is the app's alone.
		c.Env = slices.DeleteFunc(c.Env, func(e corev1.EnvVar) bool { return e.ValueFrom == nil })
		c.Env = append(c.Env,
			corev1.EnvVar{Name: "PORT", Value: strconv.Itoa(sidecarPort)},
			corev1.EnvVar{Name: "ADMIN_PORT", Value: strconv.Itoa(sidecarAdmin)})
		p.Containers = append(p.Containers, *c)
	})
}
