package web

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/seatrial/seatrial/workloads"
)

// The pods that tutorials print: the three manifests of the Kubernetes
// documentation on probes (website, content/en/examples/pods/probe), the app's
// image standing in for busybox, agnhost and goproxy, and what a copy of the first
// becomes that has arguments and no command.
const (
	PrintedExecPod = "liveness-exec"
	PrintedHTTPPod = "liveness-http"
	PrintedTCPPod  = "goproxy"
	PrintedArgsPod = "liveness-exec-args"
)

const healthyFile = "/tmp/healthy"

// PrintedExec is exec-liveness.yaml: the file that "cat" looks for every 5 s, from
// 5 s on, goes after 30 s.
func PrintedExec() workloads.Change {
	return printed(PrintedExecPod, func(c *corev1.Container) {
		c.Command = []string{"/" + Name} // "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"
		setEnv(c, "READY_FILE", healthyFile)
		setEnv(c, "UNHEALTHY_AFTER", (30 * time.Second).String())
		c.LivenessProbe = catHealthy()
	})
}

// PrintedArgs is exec-liveness.yaml as it is copied: with args and without a
// command. An image that has an entry point gets them as its arguments.
func PrintedArgs() workloads.Change {
	return printed(PrintedArgsPod, func(c *corev1.Container) {
		c.Args = []string{"/bin/sh", "-c", "touch " + healthyFile + "; sleep 30; rm -f " + healthyFile + "; sleep 600"}
		c.LivenessProbe = catHealthy()
	})
}

// PrintedHTTP is http-liveness.yaml: GET /healthz with the header Custom-Header
// every 3 s, from 3 s on, which answers 500 after 10 s.
func PrintedHTTP() workloads.Change {
	return printed(PrintedHTTPPod, func(c *corev1.Container) {
		setEnv(c, "UNHEALTHY_AFTER", (10 * time.Second).String())
		c.LivenessProbe = &corev1.Probe{InitialDelaySeconds: 3, PeriodSeconds: 3, ProbeHandler: corev1.ProbeHandler{
			HTTPGet: &corev1.HTTPGetAction{Path: "/healthz", Port: intstr.FromInt32(workloads.ServicePort),
				HTTPHeaders: []corev1.HTTPHeader{{Name: "Custom-Header", Value: "Awesome"}}},
		}}
	})
}

// PrintedTCP is tcp-liveness-readiness.yaml as it was printed for years: readiness
// after 5 s every 10 s, liveness after 15 s every 20 s (today both are 15 and 10).
func PrintedTCP() workloads.Change {
	return printed(PrintedTCPPod, func(c *corev1.Container) {
		knock := corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(workloads.ServicePort)}}
		c.ReadinessProbe = &corev1.Probe{InitialDelaySeconds: 5, PeriodSeconds: 10, ProbeHandler: knock}
		c.LivenessProbe = &corev1.Probe{InitialDelaySeconds: 15, PeriodSeconds: 20, ProbeHandler: knock}
	})
}

func catHealthy() *corev1.Probe {
	cat := []string{"/" + Name, "cat", healthyFile}
	return &corev1.Probe{InitialDelaySeconds: 5, PeriodSeconds: 5, ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: cat}}}
}

// printed adds a bare pod of the Deployment's, outside the Service, without the
// care that the app takes: no probes but those of the manifest, no preStop pause,
// no draining.
func printed(name string, edit func(*corev1.Container)) workloads.Change {
	return func(o *workloads.Objects) {
		pod := podOf(o.Deployments[0], name)
		pod.Labels[workloads.LabelComponent] = name
		c := &pod.Spec.Containers[0]
		c.LivenessProbe, c.ReadinessProbe, c.StartupProbe, c.Lifecycle = nil, nil, nil, nil
		setEnv(c, "DRAIN", "0s")
		edit(c)
		o.Pods = append(o.Pods, pod)
	}
}
