package faults

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Scale scales the app's Deployment to so many replicas, as `kubectl scale` does.
// The size goes with the trial's namespace.
func Scale(replicas int32) Fault { return scale{replicas} }

type scale struct{ replicas int32 }

func (scale) Card() Card {
	return Card{
		Name:     "rollout/scale",
		Breaks:   "the Deployment is scaled",
		ShowsAs:  "its ReplicaSets want more or fewer pods; no new ReplicaSet",
		UndoneBy: "nothing: the size goes with the namespace",
		Look:     "kubectl get replicasets --watch",
	}
}

func (scale) Needs() []kindconfigs.Trait { return nil }

func (scale) Rights() []Right { return toScale() }

func (f scale) Inject(ctx context.Context, s *Site) error {
	name, want := s.deployment(), fmt.Sprint(f.replicas)
	now, err := s.Client.AppsV1().Deployments(s.Namespace).GetScale(ctx, name, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read the size of deployment %s: %w", name, err)
	}
	if now.Spec.Replicas == f.replicas {
		return fmt.Errorf("deployment %s has %s replicas already: there is nothing to scale", name, want)
	}
	err = s.Deed("scale deployment "+name+" to "+want, []string{name}, func() error {
		return s.scale(ctx, name, f.replicas)
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, "deployment "+name+" observed to want "+want, func(seen []history.Interval) bool {
		i, ok := observedNow(seen, history.SourceReplicas, "Deployment/"+name)
		return ok && i.Attrs[history.AttrDesired] == want && i.Attrs["observed"] == i.Attrs["generation"]
	})
}

// scale sets the size of a Deployment; one that has it is left alone.
func (s *Site) scale(ctx context.Context, deployment string, replicas int32) error {
	client := s.Client.AppsV1().Deployments(s.Namespace)
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		scale, err := client.GetScale(ctx, deployment, metav1.GetOptions{})
		if err != nil || scale.Spec.Replicas == replicas {
			return err
		}
		scale.Spec.Replicas = replicas
		_, err = client.UpdateScale(ctx, deployment, scale, metav1.UpdateOptions{})
		return err
	})
	if err != nil {
		return fmt.Errorf("scale deployment %s to %d: %w", deployment, replicas, err)
	}
	return nil
}
