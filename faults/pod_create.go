package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// CreatePods creates the bare pods that the app has with the changes and has not
// without them, as `kubectl apply -f` of their manifests does. Nobody waits for
// them to be ready. They go with the trial's namespace.
func CreatePods(changes ...workloads.Change) Fault { return createPods{changes} }

type createPods struct{ changes []workloads.Change }

func (createPods) Card() Card {
	return Card{
		Name:     "pod/create",
		Breaks:   "nothing: pods are created, and what becomes of them is watched",
		ShowsAs:  "the pods are Pending, then Running",
		UndoneBy: "nothing: they go with their namespace",
		Look:     "kubectl get pods --watch",
	}
}

func (createPods) Needs() []kindconfigs.Trait { return nil }

func (createPods) Rights() []Right { return Allow("", "pods", "create") }

func (f createPods) Inject(ctx context.Context, s *Site) error {
	had := s.App.Objects(s.Namespace).Pods
	pods := slices.DeleteFunc(s.App.With(f.changes...).Objects(s.Namespace).Pods, func(p *corev1.Pod) bool {
		return slices.ContainsFunc(had, func(o *corev1.Pod) bool { return o.Name == p.Name })
	})
	var targets []string
	for _, p := range pods {
		targets = append(targets, p.Name)
	}
	err := s.Deed("create pods "+strings.Join(targets, " "), targets, func() error {
		for _, p := range pods {
			if err := s.createPod(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.untilEach(ctx, "a sight", targets, func(pod string, i history.Interval) bool {
		return i.Source == history.SourcePod && i.Subject == pod
	})
}

// createPod creates the pod and adds it, defaults filled in, to what was applied.
func (s *Site) createPod(ctx context.Context, p *corev1.Pod) error {
	got, err := s.Client.CoreV1().Pods(s.Namespace).Create(ctx, p, metav1.CreateOptions{})
	if err != nil {
		return fmt.Errorf("create pod %s: %w", p.Name, err)
	}
	got.ManagedFields = nil
	got.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Pod")) // clients leave it out
	text, err := json.Marshal(got)
	if err != nil {
		return fmt.Errorf("encode pod %s: %w", p.Name, err)
	}
	s.Applied(text)
	return nil
}
