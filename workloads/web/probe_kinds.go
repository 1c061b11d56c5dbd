package web

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/seatrial/seatrial/workloads"
)

// GRPCPort is where the gRPC health service listens, if it is asked for.
const GRPCPort = 9091

// LivenessExec restarts the container while a command says that the file is not
// there. The image has no shell, so the server's binary looks. What the options
// leave open is as in Liveness.
func LivenessExec(file string, options ...ProbeOption) workloads.Change {
	return everyContainer(func(c *corev1.Container) {
		look := corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"/" + Name, "exists", file}}}
		c.LivenessProbe = probe(c, look, 2, options)
	})
}

// LivenessTCP restarts the container when no connection to its service port comes
// about. What the options leave open is as in Liveness.
func LivenessTCP(options ...ProbeOption) workloads.Change {
	return everyContainer(func(c *corev1.Container) { c.LivenessProbe = probe(c, connect(), 2, options) })
}

// LivenessGRPC has the server answer gRPC health checks on GRPCPort, and restarts
// the container when one does not say SERVING. What the options leave open is as
// in Liveness.
func LivenessGRPC(options ...ProbeOption) workloads.Change {
	return func(o *workloads.Objects) {
		Env("GRPC_PORT", strconv.Itoa(GRPCPort))(o)
		everyContainer(func(c *corev1.Container) {
			c.Ports = append(c.Ports, corev1.ContainerPort{Name: "grpc", ContainerPort: GRPCPort})
			check := corev1.ProbeHandler{GRPC: &corev1.GRPCAction{Port: GRPCPort}} // it takes no named port
			c.LivenessProbe = probe(c, check, 2, options)
		})(o)
	}
}

// SharedProbePort points the HTTP probes back at the service port: they wait in
// line with everybody else.
func SharedProbePort() workloads.Change {
	return everyContainer(func(c *corev1.Container) {
		for _, p := range []*corev1.Probe{c.LivenessProbe, c.ReadinessProbe, c.StartupProbe} {
			if p != nil && p.HTTPGet != nil {
				p.HTTPGet.Port = intstr.FromString(servicePort)
			}
		}
	})
}

func connect() corev1.ProbeHandler {
	return corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromString(servicePort)}}
}
