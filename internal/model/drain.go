package model

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// evictRetry is how long `kubectl drain` waits after a budget refused an eviction
// (k8s.io/kubectl/pkg/drain/default.go EvictErrorRetryDelay).
const evictRetry = 5 * time.Second

// Healthy is how many of so many pods a budget keeps healthy.
//
//	minAvailable 1 of 2 == 1; maxUnavailable 25% of 8 == 6
func Healthy(b *policyv1.PodDisruptionBudget, pods int) (int, error) {
	if most := b.Spec.MaxUnavailable; most != nil {
		n, err := intstr.GetScaledValueFromIntOrPercent(most, pods, true)
		return max(pods-n, 0), err
	}
	if least := b.Spec.MinAvailable; least != nil {
		return intstr.GetScaledValueFromIntOrPercent(least, pods, true)
	}
	return 0, fmt.Errorf("budget %s says neither minAvailable nor maxUnavailable", b.Name)
}

// Drained is the window from the deed to the last of the pods being marked for deletion,
// of a drain of all their nodes at once. The budget lets so many go at a time; the next
// go when the replacements of those are ready, and whoever was refused has asked again.
//
//	2 pods, one at a time, no probes, boot time 0 == 0s..16s
func (w *World) Drained(c *corev1.Container, pods, atATime int) Window {
	if atATime <= 0 {
		return Endless("the budget lets no pod go")
	}
	rounds := (pods - 1) / atATime
	each := Replaced(c, true).Late(evictRetry, "5s until an eviction that was refused is asked for again")
	win := Between(0, react, "1s to evict")
	for range rounds {
		win = win.Plus(Between(0, each.To, each.Because...).Late(react, "1s for the budget to count"))
	}
	return win
}
