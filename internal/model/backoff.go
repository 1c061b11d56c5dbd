package model

import (
	"fmt"
	"time"
)

// Crash-loop back-off (kubelet/kubelet.go, client-go/util/flowcontrol/backoff.go).
const (
	firstBackoff = 10 * time.Second // initialCrashLoopBackOff
	maxBackoff   = 5 * time.Minute  // MaxContainerBackOff
)

// Backoff is how long the kubelet waits after the n-th exit of a container, in
// a row of exits without a long run between them, before it starts it again.
// The first restart comes at once, then 10 s doubling up to the cap.
//
//	n = 1, 2, 3, 4, 5, 6, 7: 0s, 10s, 20s, 40s, 80s, 160s, 300s
//
// The delay counts from the exit itself, however long the container ran before it
// (kuberuntime_manager.go doBackOff: FinishedAt). Exits are forgotten only when the
// container has run for ten minutes (kubelet/kubelet.go HasExpiredFunc; no longer twice
// the cap): a leak that takes minutes from one kill to the next is a crash loop all the same.
//
// From 1.35 on (KEP-4603, KubeletCrashLoopBackOffMax) the cap is the kubelet's
// crashLoopBackOff.maxContainerRestartPeriod, and a cap below 10 s is the first delay too.
//
//	maxContainerRestartPeriod 10s: 0s, 10s, 10s, 10s
func (w *World) Backoff(node string, n int) time.Duration {
	limit := w.backoffCap(node)
	if n < 2 {
		return 0
	}
	delay := min(firstBackoff, limit)
	for ; n > 2 && delay < limit; n-- {
		delay *= 2
	}
	return min(delay, limit)
}

func (w *World) backoffCap(node string) time.Duration {
	if !w.Version.AtLeast(1, 35) {
		return maxBackoff
	}
	return w.Kubelet(node).MaxContainerRestartPeriod
}

// Restarted is the window from a container's n-th exit to its next start: seen
// at the next relist, held back by the back-off, then started. The kubelet asks
// again when the back-off ends, or after a minute if that is sooner, with a
// jitter of up to a half (kubelet/pod_workers.go completeWork); versions before
// 1.36, which were not read for this, may ask only every 10 s to 15 s.
//
//	n = 1: 0s..5s; n = 2: 10s..20s; n = 7: 300s..335s
func (w *World) Restarted(node string, n int) Window {
	wait := w.Backoff(node, n)
	jitter := min(wait, time.Minute) / 2
	if wait > 0 && !w.Version.AtLeast(1, 36) {
		jitter = max(jitter, 15*time.Second)
	}
	because := "first restart at once"
	if wait > 0 {
		because = fmt.Sprintf("back-off %s after exit %d", wait, n)
	}
	start := Between(0, relist+containerStart+react, "1s relist + 3s to start a container + 1s to act")
	return Between(wait, wait+jitter, because+" (kubelet/kuberuntime/kuberuntime_manager.go doBackOff)").Plus(start)
}

// RestartedAfterKill is the window from the end of a container that the kubelet
// itself stopped to its next start. The kubelet stops and starts it in one pass
// over the pod, and looks for back-off at the exit before: the corpse of this
// one is not in the status that it works from (kuberuntime_manager.go SyncPod).
// n counts this exit; since is how long ago the one before it was.
func (w *World) RestartedAfterKill(node string, n int, since time.Duration) Window {
	if n < 3 || since >= w.Backoff(node, n-1) {
		return Between(0, relist+containerStart+react,
			"restarted in the pass that stopped it (kubelet/kuberuntime/kuberuntime_manager.go SyncPod)")
	}
	return w.Restarted(node, n-1).Hull(w.Restarted(node, n))
}
