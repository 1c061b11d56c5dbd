package web

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/seatrial/seatrial/workloads"
)

// Neighbours names the Deployment, and the component, of what stands on nodes beside
// the app; see WithNeighbours.
const Neighbours = "neighbours"

// WithNeighbours adds pods of the same image, outside the Service, one to a node, each
// asking for so much of its node's CPU. Make it the last change.
func WithNeighbours(pods int32, cpu string) workloads.Change {
	return func(o *workloads.Objects) {
		d := o.Deployments[0].DeepCopy()
		d.Name, d.Spec.Replicas = Neighbours, &pods
		d.Spec.Selector.MatchLabels[workloads.LabelComponent] = Neighbours
		d.Spec.Template.Labels[workloads.LabelComponent] = Neighbours
		alone := &workloads.Objects{Deployments: []*appsv1.Deployment{d}}
		OneNodeEach()(alone)
		RequestCPU(cpu)(alone)
		o.Deployments = append(o.Deployments, d)
	}
}

// NeighboursWithoutRequests has the neighbours ask for no CPU: the scheduler takes
// their nodes for empty.
func NeighboursWithoutRequests() workloads.Change {
	return func(o *workloads.Objects) {
		for _, d := range o.Deployments {
			if d.Name == Neighbours {
				delete(d.Spec.Template.Spec.Containers[0].Resources.Requests, corev1.ResourceCPU)
			}
		}
	}
}

// Companion names the Deployment, and the component, of another app's pod; see WithCompanion.
const Companion = "companion"

// WithCompanion adds another app: one pod of the same image, outside the Service, that
// runs on the node of one of the app's pods. Make it the last change.
func WithCompanion() workloads.Change {
	return func(o *workloads.Objects) {
		app := o.Deployments[0]
		d := beside(app, Companion, nil)
		d.Spec.Template.Spec.Affinity = &corev1.Affinity{PodAffinity: &corev1.PodAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{
				{TopologyKey: corev1.LabelHostname, LabelSelector: app.Spec.Selector.DeepCopy()},
			},
		}}
		o.Deployments = append(o.Deployments, d)
	}
}

// RequestCPU has every pod ask for so much CPU: "250m".
func RequestCPU(cpu string) workloads.Change {
	return everyContainer(func(c *corev1.Container) {
		c.Resources.Requests[corev1.ResourceCPU] = resource.MustParse(cpu)
	})
}
