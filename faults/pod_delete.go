package faults

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// PodDelete deletes the chosen pods through the API, as `kubectl delete pod` does.
func PodDelete(choose Choice) Fault { return podDelete{choose} }

type podDelete struct{ choose Choice }

func (podDelete) Card() Card {
	return Card{
		Name:     "pod/delete",
		Breaks:   "a pod is deleted through the API",
		ShowsAs:  "the pod is Terminating, then gone",
		UndoneBy: "nothing: the pod's owner makes another, a bare pod stays away",
		Look:     "kubectl get pods --watch",
	}
}

func (podDelete) Needs() []kindconfigs.Trait { return nil }

func (podDelete) Rights() []Right { return Allow("", "pods", "delete") }

func (f podDelete) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, f.choose)
	if err != nil {
		return err
	}
	targets := names(pods)
	err = s.Deed("delete pod "+strings.Join(targets, " "), targets, func() error {
		return each(pods, func(pod corev1.Pod) error { return deletePod(ctx, s, pod) })
	})
	if err != nil {
		return err
	}
	return s.untilLeaving(ctx, targets)
}

// untilLeaving waits until all of the pods are seen terminating or gone.
func (s *Site) untilLeaving(ctx context.Context, pods []string) error {
	return s.Until(ctx, fmt.Sprintf("pods %v terminating or gone", pods), func(seen []history.Interval) bool {
		for _, pod := range pods {
			if !leaving(seen, pod) {
				return false
			}
		}
		return true
	})
}

// deletePod deletes this very pod: one that took its name meanwhile is spared.
func deletePod(ctx context.Context, s *Site, pod corev1.Pod) error {
	err := s.Client.CoreV1().Pods(s.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{
		Preconditions: metav1.NewUIDPreconditions(string(pod.UID)),
	})
	if err != nil {
		return fmt.Errorf("delete pod %s: %w", pod.Name, err)
	}
	return nil
}

// leaving reports whether the pod's latest interval says that it is terminating or gone.
func leaving(seen []history.Interval, pod string) bool {
	state, found := "", false
	for _, i := range seen {
		if i.Source == history.SourcePod && i.Subject == pod {
			state, found = i.State, true
			if i.To != history.Open {
				state = "gone"
			}
		}
	}
	return found && (state == "Terminating" || state == "gone")
}
