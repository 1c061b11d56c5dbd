package web

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/workloads"
)

// Hog names the Deployment, and the component, of a pod that takes more than its
// share; see WithHog.
const Hog = "hog"

// For whom the workers of the place "capped" are, by the label ForLabel.
const (
	ForLabel   = "seatrial.dev/for"
	ForService = "service"
	ForBatch   = "batch"
)

// WithHog adds a pod of the same image outside the Service, which asks for nothing and
// is bounded by nothing but the changes, and which nobody probes. Make it the last change.
func WithHog(changes ...workloads.Change) workloads.Change {
	return func(o *workloads.Objects) {
		o.Deployments = append(o.Deployments, beside(o.Deployments[0], Hog, changes))
	}
}

// The components of WithQoSClasses.
const (
	BestEffort = "best-effort"
	Burstable  = "burstable"
)

// WithQoSClasses adds a pod of class BestEffort and one of class Burstable, each holding
// so much memory, "150Mi", which is more than the latter asks for. The app's own pods
// become Guaranteed. Make it the last change.
func WithQoSClasses(held string) workloads.Change {
	return func(o *workloads.Objects) {
		holds := Env("ALLOCATE", held)
		least := beside(o.Deployments[0], BestEffort, []workloads.Change{holds})
		more := beside(o.Deployments[0], Burstable, []workloads.Change{holds, MemoryAtLeast("32Mi")})
		everyContainer(guaranteed)(o)
		o.Deployments = append(o.Deployments, least, more)
	}
}

// guaranteed has a container be limited to what it asks for.
func guaranteed(c *corev1.Container) {
	c.Resources.Requests = c.Resources.Requests.DeepCopy()
	c.Resources.Requests[corev1.ResourceMemory] = c.Resources.Limits[corev1.ResourceMemory]
	c.Resources.Limits[corev1.ResourceCPU] = c.Resources.Requests[corev1.ResourceCPU]
}

// beside is a Deployment of one unprobed pod like the given one's, of another component,
// without requests and limits, with the changes made to it.
func beside(d *appsv1.Deployment, component string, changes []workloads.Change) *appsv1.Deployment {
	d = d.DeepCopy()
	one := int32(1)
	d.Name, d.Spec.Replicas = component, &one
	d.Spec.Selector.MatchLabels[workloads.LabelComponent] = component
	d.Spec.Template.Labels[workloads.LabelComponent] = component
	alone := &workloads.Objects{Deployments: []*appsv1.Deployment{d}}
	everyContainer(func(c *corev1.Container) {
		c.LivenessProbe, c.ReadinessProbe, c.StartupProbe = nil, nil, nil
		c.Resources = corev1.ResourceRequirements{Requests: corev1.ResourceList{}, Limits: corev1.ResourceList{}}
	})(alone)
	for _, change := range slices.Concat([]workloads.Change{NoPreStop(), DrainOnSIGTERM(0)}, changes) {
		change(alone)
	}
	return d
}

// Of makes changes of one Deployment alone.
//
//	web.Of(web.Hog, web.Unlimited())
func Of(deployment string, changes ...workloads.Change) workloads.Change {
	return func(o *workloads.Objects) {
		for _, d := range o.Deployments {
			if d.Name != deployment {
				continue
			}
			for _, change := range changes {
				change(&workloads.Objects{Deployments: []*appsv1.Deployment{d}})
			}
		}
	}
}

// Unlimited takes every limit off.
func Unlimited() workloads.Change {
	return everyContainer(func(c *corev1.Container) { c.Resources.Limits = corev1.ResourceList{} })
}
