package faults

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// Quota limits the namespace to as many pods as it has and rolls out a version,
// which needs one more. Its undo is a rollback, and the quota is deleted.
func Quota() Fault {
	return badRollout{
		card: Card{
			Name:     "rollout/quota",
			Breaks:   "a version is rolled out into a namespace whose quota of pods is used up",
			ShowsAs:  "no new pod: ReplicaFailure with reason FailedCreate, exceeded quota; the rollout stands still",
			UndoneBy: "kubectl rollout undo; the quota is deleted",
			Look:     "kubectl describe resourcequota; kubectl describe deployment web",
		},
		changes: []workloads.Change{web.Version("v2")},
		rights:  slices.Concat(Allow("", "resourcequotas", "create", "delete"), Allow("", "pods", "create")),
		bar:     limitPods,
		sign:    "ReplicaFailure for the quota",
		shows:   podsRefused(overQuota),
	}
}

// overQuota is how the API server refuses a pod
// (apiserver/pkg/admission/plugin/resourcequota/controller.go CheckRequest).
const overQuota = "exceeded quota"

func limitPods(ctx context.Context, s *Site) error {
	pods, err := s.Client.CoreV1().Pods(s.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("count pods: %w", err)
	}
	quota := &corev1.ResourceQuota{ObjectMeta: metav1.ObjectMeta{Name: barName, Namespace: s.Namespace}}
	quota.Spec.Hard = corev1.ResourceList{corev1.ResourcePods: *resource.NewQuantity(int64(len(pods.Items)), resource.DecimalSI)}
	return s.bar(ctx, "resourcequota", overQuota, func() error {
		_, err := s.Client.CoreV1().ResourceQuotas(s.Namespace).Create(ctx, quota, metav1.CreateOptions{})
		return err
	})
}
