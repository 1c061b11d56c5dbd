package faults

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Restart rolls the app's Deployment without changing anything, as `kubectl rollout
// restart` does: an annotation of the pod template says when it was asked for.
func Restart() Fault { return restart{} }

type restart struct{}

// restartedAt is kubectl's annotation (k8s.io/kubectl/pkg/polymorphichelpers,
// objectrestarter.go).
const restartedAt = "kubectl.kubernetes.io/restartedAt"

func (restart) Card() Card {
	return Card{
		Name:     "rollout/restart",
		Breaks:   "every pod is replaced by another of the same template",
		ShowsAs:  "a new ReplicaSet grows while the old one shrinks",
		UndoneBy: "nothing: the pods are as before",
		Look:     "kubectl rollout history deployment/web; kubectl get pods --watch",
	}
}

func (restart) Needs() []kindconfigs.Trait { return nil }

func (restart) Rights() []Right { return Allow("apps", "deployments", "patch") }

func (restart) Inject(ctx context.Context, s *Site) error {
	name := s.deployment()
	patch := fmt.Appendf(nil, `{"spec":{"template":{"metadata":{"annotations":{%q:%q}}}}}`, restartedAt, time.Now().Format(time.RFC3339))
	_, err := s.rollBy(ctx, name, "restart deployment "+name, func() (int64, error) {
		got, err := s.Client.AppsV1().Deployments(s.Namespace).Patch(ctx, name, types.StrategicMergePatchType, patch, metav1.PatchOptions{})
		if err != nil {
			return 0, fmt.Errorf("restart deployment %s: %w", name, err)
		}
		return got.Generation, nil
	})
	return err
}
