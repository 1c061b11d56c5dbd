package model

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// rewatch is how long a client of the API server may take to watch again after it could
// not reach it: client-go tries again with a back-off of up to 30 s, and a jitter of as much
// again (tools/cache/reflector.go, defaultBackoffMax and defaultBackoffJitter: "backoff
// will stop at [30,60) sec interval").
const rewatch = 60 * time.Second

// GoneOnReturn is the window from a lost node being called Ready again to a pod of it,
// marked for deletion meanwhile, being gone from the API: the kubelet hears of it,
// stops its containers as it does for any deletion, and says so.
//
//	grace 30s, preStop sleep 2s == 0s..95s
func GoneOnReturn(spec *corev1.PodSpec, c *corev1.Container) Window {
	stopped := Stopped(spec, c, Deleted)
	return Between(0, stopped.To, stopped.Because...).
		Late(rewatch, "60s for the kubelet to watch its pods again (client-go reflector.go)").
		Late(relist+react, "1s relist + 1s until it is seen to be gone")
}

// BackInPlace is the window from a node being called Ready after its machine was
// started again to a pod that stayed bound to it being ready: its sandbox and its
// containers are made anew, in the same pod.
//
//	no probes, boot time 0 == 0s..8s
func BackInPlace(c *corev1.Container) Window {
	start := Between(0, react+podStart, "1s to hear of its pods + 5s to start a pod (startup objective)")
	return start.Plus(Started(c, Boot(c)))
}

// RestartedOnceBack is the window from a node's runtime being started again to a container
// that had ended meanwhile running again, for the first time since it was made: the kubelet
// connects anew, asks every 5 s whether the runtime is well, and leaves its pods alone until it
// is, for up to 5 s at a time.
//
//	0s..18.6s
func (w *World) RestartedOnceBack(node string) Window {
	return w.Restarted(node, 1).
		Late(36*time.Second/10, "3.6s until the kubelet connects again (cri-client/pkg/remote_runtime.go maxBackoffDelay, with grpc's jitter of 0.2)").
		Late(5*time.Second, "5s until it asks how the runtime is (kubelet/kubelet.go updateRuntimeUp)").
		Late(5*time.Second, "5s until it looks at its pods again (kubelet/kubelet.go syncLoop)")
}
