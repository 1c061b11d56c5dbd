package faults

import (
	"context"
	"fmt"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Adopt makes a bare pod that has all labels of the pods of the app's first
// Deployment, that of their template's hash included: their ReplicaSet takes it for
// its own, and then has one too many.
func Adopt() Fault { return podAdopt{} }

type podAdopt struct{}

func (podAdopt) Card() Card {
	return Card{
		Name:     "pod/adopt",
		Breaks:   "a bare pod appears that has the labels of a ReplicaSet's pods",
		ShowsAs:  "the ReplicaSet adopts it, and deletes one pod of what is now too many",
		UndoneBy: "nothing: the ReplicaSet removes the surplus",
		Look:     "kubectl get pods --show-labels --watch",
	}
}

func (podAdopt) Needs() []kindconfigs.Trait { return nil }

func (podAdopt) Rights() []Right { return Allow("", "pods", "create") }

func (podAdopt) Inject(ctx context.Context, s *Site) error {
	deployments := s.App.Objects(s.Namespace).Deployments
	if len(deployments) == 0 {
		return fmt.Errorf("app %s has no deployment whose pods could be imitated", s.App.Name)
	}
	d := deployments[0]
	like, err := s.podOf(ctx, d)
	if err != nil {
		return err
	}
	stray := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: d.Name + "-stray", Namespace: s.Namespace, Labels: maps.Clone(like.Labels)},
		Spec:       *d.Spec.Template.Spec.DeepCopy(),
	}
	err = s.Deed("make pod "+stray.Name+" with the labels of "+like.Name, []string{stray.Name}, func() error {
		_, err := s.Client.CoreV1().Pods(s.Namespace).Create(ctx, stray, metav1.CreateOptions{})
		return err
	})
	if err != nil {
		return fmt.Errorf("make pod %s: %w", stray.Name, err)
	}
	return s.Until(ctx, "pod "+stray.Name, func(seen []history.Interval) bool {
		return slices.ContainsFunc(seen, func(i history.Interval) bool {
			return i.Source == history.SourcePod && i.Subject == stray.Name
		})
	})
}

// podOf is the first of the Deployment's pods that is ready.
func (s *Site) podOf(ctx context.Context, d *appsv1.Deployment) (corev1.Pod, error) {
	pods, err := s.AppPods(ctx)
	if err != nil {
		return corev1.Pod{}, err
	}
	selector := labels.SelectorFromSet(d.Spec.Selector.MatchLabels)
	n := slices.IndexFunc(pods, func(p corev1.Pod) bool { return selector.Matches(labels.Set(p.Labels)) })
	if n < 0 {
		return corev1.Pod{}, fmt.Errorf("no ready pod of deployment %s in %s", d.Name, s.Namespace)
	}
	return pods[n], nil
}
