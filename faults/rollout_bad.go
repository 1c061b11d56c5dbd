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

// A badRollout rolls out a version that is worse than the one before, or that
// cannot finish. Its undo is a rollback to the revision before.
type badRollout struct {
	card    Card
	changes []workloads.Change // what the version is
	// bar puts in the way of its pods what holds them up, its undo journalled; nil:
	// the version is bad enough by itself.
	bar    func(ctx context.Context, s *Site) error
	rights []Right // what the bar takes
	// sign is what the break shows as, and shows looks for it, given the name of the
	// new ReplicaSet; nil: the new ReplicaSet is all there is to see.
	sign  string
	shows func(seen []history.Interval, fresh string) bool
}

func (f badRollout) Card() Card { return f.card }

func (badRollout) Needs() []kindconfigs.Trait { return nil }

func (f badRollout) Rights() []Right { return append(toRollBack(), f.rights...) }

func (f badRollout) Inject(ctx context.Context, s *Site) error {
	if f.bar != nil {
		if err := f.bar(ctx, s); err != nil {
			return err
		}
	}
	app := s.App.With(f.changes...)
	if err := s.journalRollback(ctx, app.Objects(s.Namespace).Deployments[0].Name); err != nil {
		return err
	}
	fresh, err := s.rollOut(ctx, app, f.card.Breaks)
	if err != nil || f.shows == nil {
		return err
	}
	return s.Until(ctx, f.sign+" of "+fresh, func(seen []history.Interval) bool { return f.shows(seen, fresh) })
}

// journalRollback writes down the way back to the Deployment's revision of now.
func (s *Site) journalRollback(ctx context.Context, deployment string) error {
	now, err := s.Client.AppsV1().Deployments(s.Namespace).Get(ctx, deployment, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read deployment %s: %w", deployment, err)
	}
	revision := now.Annotations[revisionAnnotation]
	return s.Undo(s.step(UndoRollout, "roll deployment "+deployment+" back to revision "+revision,
		"namespace", s.Namespace, "deployment", deployment, "revision", revision))
}

// podWaits looks for a container of the ReplicaSet's pods that waits for one of
// the reasons.
func podWaits(reasons ...string) func(seen []history.Interval, fresh string) bool {
	return func(seen []history.Interval, fresh string) bool {
		return slices.ContainsFunc(seen, func(i history.Interval) bool {
			return i.Source == history.SourceContainer && strings.HasPrefix(i.Subject, fresh+"-") &&
				slices.Contains(reasons, i.Attrs[history.AttrReason])
		})
	}
}

// podsRefused looks for the Deployment's condition that no pod can be created, with
// a message that says so in those words.
func podsRefused(words string) func(seen []history.Interval, fresh string) bool {
	return func(seen []history.Interval, fresh string) bool {
		deployment := fresh[:max(strings.LastIndex(fresh, "-"), 0)]
		i, ok := observedNow(seen, history.SourceDeployment, deployment+"/ReplicaFailure")
		return ok && i.State == "True" && strings.Contains(i.Detail, words)
	}
}
