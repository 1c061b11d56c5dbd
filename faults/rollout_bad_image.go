package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// BadImage rolls out an image that nobody can pull. Its undo is a rollback to
// the revision before.
func BadImage() Fault { return badImage{} }

type badImage struct{}

// absentImage is under a top-level domain that never resolves (RFC 2606), so
// that pulling it fails everywhere, and at once.
const absentImage = "registry.invalid/seatrial/absent:1"

func (badImage) Card() Card {
	return Card{
		Name:     "rollout/bad-image",
		Breaks:   "a version is rolled out whose image cannot be pulled",
		ShowsAs:  "ErrImagePull, ImagePullBackOff; the rollout stands still",
		UndoneBy: "kubectl rollout undo",
		Look:     "kubectl rollout status deployment/web; kubectl get pods",
	}
}

func (badImage) Needs() []kindconfigs.Trait { return nil }

func (f badImage) Inject(ctx context.Context, s *Site) error {
	app := s.App.With(func(o *workloads.Objects) {
		o.Deployments[0].Spec.Template.Spec.Containers[0].Image = absentImage
	})
	name := app.Objects(s.Namespace).Deployments[0].Name
	now, err := s.Client.AppsV1().Deployments(s.Namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read deployment %s: %w", name, err)
	}
	revision := now.Annotations[revisionAnnotation]
	step := s.step(UndoRollout, "roll deployment "+name+" back to revision "+revision,
		"namespace", s.Namespace, "deployment", name, "revision", revision)
	if err := s.Undo(step); err != nil {
		return err
	}
	fresh, err := s.rollOut(ctx, app, "roll out an image that cannot be pulled")
	if err != nil {
		return err
	}
	return s.Until(ctx, "ErrImagePull in a pod of "+fresh, func(seen []history.Interval) bool {
		return slices.ContainsFunc(seen, func(i history.Interval) bool {
			return i.Source == history.SourceContainer && strings.HasPrefix(i.Subject, fresh+"-") &&
				(i.Attrs[history.AttrReason] == "ErrImagePull" || i.Attrs[history.AttrReason] == "ImagePullBackOff")
		})
	})
}
