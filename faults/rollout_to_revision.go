package faults

import (
	"context"
	"fmt"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// ToRevision gives the app's Deployment the template of an earlier revision, as
// `kubectl rollout undo --to-revision` does. A revision that is not kept any more is
// an error.
func ToRevision(revision int) Fault { return toRevision{revision} }

type toRevision struct{ revision int }

func (toRevision) Card() Card {
	return Card{
		Name:     "rollout/undo",
		Breaks:   "the Deployment goes back to an earlier revision",
		ShowsAs:  "the ReplicaSet of that revision grows and gets the next number",
		UndoneBy: "nothing: the new template goes with the namespace",
		Look:     "kubectl rollout history deployment/web",
	}
}

func (toRevision) Needs() []kindconfigs.Trait { return nil }

func (toRevision) Rights() []Right { return toRollBack() }

func (f toRevision) Inject(ctx context.Context, s *Site) error {
	name, number := s.deployment(), strconv.Itoa(f.revision)
	d, err := s.Client.AppsV1().Deployments(s.Namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read deployment %s: %w", name, err)
	}
	old, err := revision(ctx, s.Client, d, number, false)
	if err != nil {
		return err
	}
	err = s.Deed(fmt.Sprintf("give deployment %s the template of revision %s", name, number), []string{name}, func() error {
		return undoRollout(ctx, s.Client, map[string]string{"namespace": s.Namespace, "deployment": name, "revision": number})
	})
	if err != nil {
		return fmt.Errorf("give deployment %s the template of revision %s: %w", name, number, err)
	}
	return s.Until(ctx, "a higher revision of ReplicaSet "+old.Name, func(seen []history.Interval) bool {
		return replicaCount(seen, old.Name, history.AttrRevision) > f.revision
	})
}
