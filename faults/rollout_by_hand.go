package faults

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// ReplaceByHand replaces the app's bare pods by a version with the changes, as
// somebody does who has no controller for it: `kubectl delete`, which waits until
// they are gone, `kubectl apply`, and looking until they are ready.
func ReplaceByHand(changes ...workloads.Change) Fault { return byHand{changes} }

type byHand struct{ changes []workloads.Change }

func (byHand) Card() Card {
	return Card{
		Name:     "rollout/recreate-by-hand",
		Breaks:   "bare pods are deleted, and a new version of them is applied once they are gone",
		ShowsAs:  "no pod, then pods of the same names that are starting",
		UndoneBy: "nothing: they would have to be replaced by hand again",
		Look:     "kubectl get pods --watch; kubectl describe pod POD",
	}
}

func (byHand) Needs() []kindconfigs.Trait { return nil }

func (byHand) Rights() []Right { return Allow("", "pods", "create", "delete") }

func (f byHand) Inject(ctx context.Context, s *Site) error {
	var old, next []corev1.Pod
	for _, p := range s.App.With(f.changes...).Objects(s.Namespace).Pods {
		now, err := s.Client.CoreV1().Pods(s.Namespace).Get(ctx, p.Name, metav1.GetOptions{})
		if err != nil {
			return fmt.Errorf("read pod %s: %w", p.Name, err)
		}
		old, next = append(old, *now), append(next, *p)
	}
	if len(next) == 0 {
		return fmt.Errorf("app %s has no bare pod", s.App.Name)
	}
	if err := f.delete(ctx, s, old); err != nil {
		return err
	}
	return f.apply(ctx, s, old, next)
}

func (byHand) delete(ctx context.Context, s *Site, old []corev1.Pod) error {
	targets := names(old)
	err := s.Deed("delete by hand "+strings.Join(targets, " "), targets, func() error {
		return each(old, func(pod corev1.Pod) error { return deletePod(ctx, s, pod) })
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, fmt.Sprintf("pods %v gone", targets), func(seen []history.Interval) bool {
		for _, pod := range old {
			if alive(seen, pod.Name, string(pod.UID)) {
				return false
			}
		}
		return true
	})
}

func (byHand) apply(ctx context.Context, s *Site, old, next []corev1.Pod) error {
	targets := names(next)
	err := s.Deed("apply by hand "+strings.Join(targets, " "), targets, func() error {
		return each(next, func(pod corev1.Pod) error {
			if _, err := s.Client.CoreV1().Pods(s.Namespace).Create(ctx, &pod, metav1.CreateOptions{}); err != nil {
				return fmt.Errorf("create pod %s: %w", pod.Name, err)
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, fmt.Sprintf("new pods %v ready", targets), func(seen []history.Interval) bool {
		for _, pod := range old {
			i, ok := observedNow(seen, history.SourceReady, pod.Name)
			if !ok || i.State != "True" || i.Attrs[history.AttrUID] == string(pod.UID) {
				return false
			}
		}
		return true
	})
}
