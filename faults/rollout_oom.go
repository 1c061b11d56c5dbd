package faults

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// OutOfMemory rolls out a version, the changes, that is killed for its memory before
// it is ready. Its undo is a rollback to the revision before.
func OutOfMemory(changes ...workloads.Change) Fault { return outOfMemory{changes} }

type outOfMemory struct{ changes []workloads.Change }

func (outOfMemory) Card() Card {
	return Card{
		Name:     "rollout/oom",
		Breaks:   "a version is rolled out that eats more memory than its limit",
		ShowsAs:  "OOMKilled, CrashLoopBackOff; the rollout stands still",
		UndoneBy: "kubectl rollout undo",
		Look:     "kubectl rollout status deployment/web; kubectl get pods --watch",
	}
}

func (outOfMemory) Needs() []kindconfigs.Trait { return nil }

func (outOfMemory) Rights() []Right { return toRollBack() }

func (f outOfMemory) Inject(ctx context.Context, s *Site) error {
	name := s.deployment()
	now, err := s.Client.AppsV1().Deployments(s.Namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read deployment %s: %w", name, err)
	}
	number := now.Annotations[revisionAnnotation]
	step := s.step(UndoRollout, "roll deployment "+name+" back to revision "+number,
		"namespace", s.Namespace, "deployment", name, "revision", number)
	if err := s.Undo(step); err != nil {
		return err
	}
	fresh, err := s.rollOut(ctx, s.App.With(f.changes...), "roll out a version that eats too much memory")
	if err != nil {
		return err
	}
	return s.Until(ctx, "an OOMKilled container in a pod of "+fresh, func(seen []history.Interval) bool {
		return oomKilled(seen, fresh+"-")
	})
}
