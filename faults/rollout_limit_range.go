package faults

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// LimitRange allows containers less memory than the app's ask for and rolls out a
// version. Its undo is a rollback, and the limit range is deleted.
func LimitRange() Fault {
	return badRollout{
		card: Card{
			Name:     "rollout/limit-range",
			Breaks:   "a version is rolled out whose containers ask for more memory than the namespace allows",
			ShowsAs:  "no new pod: ReplicaFailure with reason FailedCreate, maximum memory; the rollout stands still",
			UndoneBy: "kubectl rollout undo; the limit range is deleted",
			Look:     "kubectl describe limitrange; kubectl describe deployment web",
		},
		changes: []workloads.Change{web.Version("v2")},
		rights:  slices.Concat(Allow("", "limitranges", "create", "delete"), Allow("", "pods", "create")),
		bar:     limitMemory,
		sign:    "ReplicaFailure for the limit range",
		shows:   podsRefused(overLimit),
	}
}

const (
	// overLimit is how the API server refuses a pod
	// (plugin/pkg/admission/limitranger/admission.go maxConstraint).
	overLimit = "maximum memory usage per Container"
	// scant is less memory than the app asks for.
	scant = "16Mi"
)

func limitMemory(ctx context.Context, s *Site) error {
	limits := &corev1.LimitRange{ObjectMeta: metav1.ObjectMeta{Name: barName, Namespace: s.Namespace}}
	limits.Spec.Limits = []corev1.LimitRangeItem{{Type: corev1.LimitTypeContainer,
		Max: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(scant)}}}
	return s.bar(ctx, "limitrange", overLimit, func() error {
		_, err := s.Client.CoreV1().LimitRanges(s.Namespace).Create(ctx, limits, metav1.CreateOptions{})
		return err
	})
}
