package web

import (
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/seatrial/seatrial/workloads"
)

// Replicas sets how many pods each Deployment wants.
func Replicas(n int32) workloads.Change {
	return everyDeployment(func(d *appsv1.DeploymentSpec) { d.Replicas = &n })
}

// RollingUpdate replaces pods with at most surge above and at most unavailable
// below the wanted number. Both 0 is refused by the API server.
func RollingUpdate(surge, unavailable int) workloads.Change {
	return everyDeployment(func(d *appsv1.DeploymentSpec) {
		s, u := intstr.FromInt32(int32(surge)), intstr.FromInt32(int32(unavailable))
		d.Strategy = appsv1.DeploymentStrategy{Type: appsv1.RollingUpdateDeploymentStrategyType,
			RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &s, MaxUnavailable: &u}}
	})
}

// DefaultStrategy says nothing about how pods are replaced: the API server fills in
// a rolling update with 25 % above and 25 % below the wanted number.
func DefaultStrategy() workloads.Change {
	return everyDeployment(func(d *appsv1.DeploymentSpec) { d.Strategy = appsv1.DeploymentStrategy{} })
}

// Recreate ends all old pods before it starts a new one.
func Recreate() workloads.Change {
	return everyDeployment(func(d *appsv1.DeploymentSpec) {
		d.Strategy = appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
	})
}

// ProgressDeadline is how long a rollout may make no progress before its
// Progressing condition says so (600 s by default); rounded up to whole seconds.
func ProgressDeadline(d time.Duration) workloads.Change {
	return everyDeployment(func(s *appsv1.DeploymentSpec) { n := int32(seconds(d)); s.ProgressDeadlineSeconds = &n })
}

// MinReadySeconds is how long a pod must be ready to count as available; rounded up to whole seconds.
func MinReadySeconds(d time.Duration) workloads.Change {
	return everyDeployment(func(s *appsv1.DeploymentSpec) { s.MinReadySeconds = int32(seconds(d)) })
}

// Version is what answers name as their version. It is a variable of the pod
// template, so that applying it is a rollout.
func Version(version string) workloads.Change { return Env("VERSION", version) }

// ImageRef sets the image by its full name.
func ImageRef(ref string) workloads.Change {
	return everyContainer(func(c *corev1.Container) { c.Image = ref })
}

// ImageTag sets the image by its tag. Image says which tags exist; any other one
// can be pulled from nowhere.
func ImageTag(tag string) workloads.Change { return ImageRef(Image().Tag(tag)) }

// VersionOfImage has answers name the version that is baked into the image, not one
// that the pod template says. The images by their tags have one.
func VersionOfImage() workloads.Change {
	return everyContainer(func(c *corev1.Container) {
		c.Env = slices.DeleteFunc(c.Env, func(v corev1.EnvVar) bool { return v.Name == "VERSION" })
	})
}

// RevisionHistoryLimit is how many old ReplicaSets a Deployment keeps to go back to
// (10 by default).
func RevisionHistoryLimit(n int32) workloads.Change {
	return everyDeployment(func(s *appsv1.DeploymentSpec) { s.RevisionHistoryLimit = &n })
}
