package model

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Tolerated is the least time for which a pod of that spec may stay on its node once that
// has the taint of effect NoExecute: what its tolerations say, or what admission gives
// to a pod that says nothing of a node that is lost (plugin/pkg/admission/defaulttolerationseconds).
// 0 is not at all, Forever that the taint does not move it.
//
//	no tolerations, node.kubernetes.io/unreachable == 300s
//	no tolerations, any other key == 0
func (w *World) Tolerated(spec *corev1.PodSpec, key, value string) time.Duration {
	least, tolerated := Forever, false
	for _, t := range spec.Tolerations {
		if !tolerates(t, key) {
			continue
		}
		switch t.Operator {
		case corev1.TolerationOpExists:
		case corev1.TolerationOpEqual, "":
			if t.Value != value {
				continue
			}
		default:
			return 0 // an operator that compares: what it comes to is not known here
		}
		tolerated = true
		if t.TolerationSeconds != nil {
			least = min(least, time.Duration(max(*t.TolerationSeconds, 0))*time.Second)
		}
	}
	if tolerated {
		return least
	}
	const otherwise = 300 * time.Second
	switch key {
	case corev1.TaintNodeNotReady:
		return orElse(w.Settings.NotReadyToleration, otherwise)
	case corev1.TaintNodeUnreachable:
		return orElse(w.Settings.UnreachableToleration, otherwise)
	}
	return 0
}
