package web

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/seatrial/seatrial/workloads"
)

// The label that tells a canary's pods from the others, and its values.
const (
	LabelTrack  = "track"
	StableTrack = "stable"
	CanaryTrack = "canary"
)

// Canary puts a second Deployment of the same template beside the first, behind
// the same Service and without a pod as yet: a version gets the share of the
// requests that its pods are of all.
func Canary() workloads.Change {
	return func(o *workloads.Objects) {
		canary := o.Deployments[0].DeepCopy()
		canary.Name += "-canary"
		none := int32(0)
		canary.Spec.Replicas = &none
		onTrack(o.Deployments[0], StableTrack)
		onTrack(canary, CanaryTrack)
		o.Deployments = slices.Insert(o.Deployments, 1, canary)
	}
}

func onTrack(d *appsv1.Deployment, track string) {
	d.Spec.Selector.MatchLabels[LabelTrack] = track
	d.Spec.Template.Labels[LabelTrack] = track
}
