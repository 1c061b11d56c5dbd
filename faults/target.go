package faults

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Aims reports whether the fault hits the app's pod, or its node, that a target names. The
// others hit what they hit: a part of the control plane, every worker, a whole rollout.
func Aims(f Fault) bool {
	name := f.Card().Name
	family, _, _ := strings.Cut(name, "/")
	return slices.Contains(aiming, family) && !slices.Contains(aimless, name)
}

// aiming are the families whose faults hit pods that Site.AppPods lists, or their nodes;
// aimless are the exceptions.
var (
	aiming  = []string{"app", "container", "network", "node", "pod", "pressure"}
	aimless = []string{"app/dependency-down", "network/partition", "node/add", "node/kube-proxy-stop", "node/taint", "node/untaint", "pod/adopt", "pod/create", "pod/delete-all",
		"pressure/batch-job", "pressure/cpu-hog", "pressure/crowd-control-plane", "pressure/disk-hog", "pressure/fork-bomb", "pressure/memory-hog"}
)

// targets are those of the pods that are to be hit: all of them, where no target was named.
func (s *Site) targets(pods []corev1.Pod) ([]corev1.Pod, error) {
	if s.Target == "" {
		return pods, nil
	}
	hit := slices.DeleteFunc(slices.Clone(pods), func(p corev1.Pod) bool { return p.Name != s.Target && p.Spec.NodeName != s.Target })
	if len(hit) > 0 {
		return hit, nil
	}
	var there []string
	for _, p := range pods {
		there = append(there, p.Name+" on "+p.Spec.NodeName)
	}
	return nil, fmt.Errorf("no ready pod of %s is, or is on, the target %q: there are %s", s.App.Name, s.Target, strings.Join(there, ", "))
}
