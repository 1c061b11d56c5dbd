package faults

import (
	"context"
	"fmt"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// UndoTo gives the app's Deployment the template of a revision again, as
// `kubectl rollout undo --to-revision` does, while the app is under load.
func UndoTo(revision int) Fault { return undoTo{revision} }

type undoTo struct{ revision int }

func (undoTo) Card() Card {
	return Card{
		Name:     "rollout/undo",
		Breaks:   "a version is taken back: the Deployment gets the template of an earlier revision",
		ShowsAs:  "the earlier ReplicaSet grows again and gets the highest revision",
		UndoneBy: "kubectl rollout undo",
		Look:     "kubectl rollout history deployment/web; kubectl get replicasets --watch",
	}
}

func (undoTo) Needs() []kindconfigs.Trait { return nil }

func (f undoTo) Inject(ctx context.Context, s *Site) error {
	name := s.App.Objects(s.Namespace).Deployments[0].Name
	now, err := s.Client.AppsV1().Deployments(s.Namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read deployment %s: %w", name, err)
	}
	before, err := strconv.Atoi(now.Annotations[revisionAnnotation])
	if err != nil {
		return fmt.Errorf("read the revision of deployment %s: %w", name, err)
	}
	to := strconv.Itoa(f.revision)
	err = s.Deed("undo deployment "+name+" to revision "+to, []string{name}, func() error {
		return undoRollout(ctx, s.Client, map[string]string{"namespace": s.Namespace, "deployment": name, "revision": to})
	})
	if err != nil {
		return fmt.Errorf("undo deployment %s to revision %s: %w", name, to, err)
	}
	return s.Until(ctx, fmt.Sprintf("deployment %s beyond revision %d", name, before), func(seen []history.Interval) bool {
		i, ok := observedNow(seen, history.SourceReplicas, "Deployment/"+name)
		revision, err := strconv.Atoi(i.Attrs[history.AttrRevision])
		return ok && err == nil && revision > before
	})
}
