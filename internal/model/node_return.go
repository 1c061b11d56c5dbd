package model

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// rewatch is how long a kubelet may take to watch its pods again after it could not
// reach the API server: client-go tries again with a back-off of up to 30 s
// (tools/cache/reflector.go, NewReflectorWithOptions).
const rewatch = 30 * time.Second

// GoneOnReturn is the window from a lost node being called Ready again to a pod of it,
// marked for deletion meanwhile, being gone from the API: the kubelet hears of it,
// stops its containers as it does for any deletion, and says so.
//
//	grace 30s, preStop sleep 2s == 0s..65s
func GoneOnReturn(spec *corev1.PodSpec, c *corev1.Container) Window {
	stopped := Stopped(spec, c, Deleted)
	return Between(0, stopped.To, stopped.Because...).
		Late(rewatch, "30s for the kubelet to watch its pods again (client-go reflector.go)").
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
