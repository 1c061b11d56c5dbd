package faults

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Evict evicts the chosen pods through the API's eviction subresource, as
// `kubectl drain` does. An eviction that a PodDisruptionBudget refuses is an error.
func Evict(choose Choice) Fault { return podEvict{choose} }

type podEvict struct{ choose Choice }

func (podEvict) Card() Card {
	return Card{
		Name:     "pod/evict",
		Breaks:   "a pod is evicted through the API, which budgets may refuse",
		ShowsAs:  "the pod is Terminating, its condition DisruptionTarget says EvictionByEvictionAPI",
		UndoneBy: "nothing: the pod's owner makes another, a bare pod stays away",
		Look:     "kubectl get pods --watch; kubectl get poddisruptionbudgets",
	}
}

func (podEvict) Needs() []kindconfigs.Trait { return nil }

func (podEvict) Rights() []Right { return Allow("", "pods/eviction", "create") }

func (f podEvict) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, f.choose)
	if err != nil {
		return err
	}
	targets := names(pods)
	err = s.Deed("evict pod "+strings.Join(targets, " "), targets, func() error {
		return each(pods, func(pod corev1.Pod) error { return evictPod(ctx, s, pod) })
	})
	if err != nil {
		return err
	}
	return s.untilLeaving(ctx, targets)
}

// evictPod evicts this very pod: one that took its name meanwhile is spared.
func evictPod(ctx context.Context, s *Site, pod corev1.Pod) error {
	err := s.Client.PolicyV1().Evictions(s.Namespace).Evict(ctx, &policyv1.Eviction{
		ObjectMeta:    metav1.ObjectMeta{Name: pod.Name, Namespace: s.Namespace},
		DeleteOptions: &metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(pod.UID))},
	})
	if err != nil {
		return fmt.Errorf("evict pod %s: %w", pod.Name, err)
	}
	return nil
}
