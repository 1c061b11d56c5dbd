package faults

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// Canary is one step of a canary: New of the app's Of pods are the canary's, the
// others are the stable ones. 0 of them is the abort, all of them the end. The app
// must have been given web.Canary.
type Canary struct {
	Changes []workloads.Change // what the canary's version is; none: as it was
	New, Of int32
}

// Card describes the fault.
func (Canary) Card() Card {
	return Card{
		Name:     "rollout/canary",
		Breaks:   "some of the pods behind the Service are a new version, more of them step by step",
		ShowsAs:  "a share of the answers names the new version",
		UndoneBy: "nothing: the canary goes with the namespace",
		Look:     "kubectl get deployments --watch; kubectl get pods -L track",
	}
}

// Needs lists what a place must have.
func (Canary) Needs() []kindconfigs.Trait { return nil }

// Rights lists what a cluster must allow for it.
func (Canary) Rights() []Right { return toUpdate() }

// Inject scales both Deployments and waits until each has the pods it was asked for.
func (f Canary) Inject(ctx context.Context, s *Site) error {
	stable, canary, err := f.tracks(s)
	if err != nil {
		return err
	}
	generations := map[string]int64{}
	say := fmt.Sprintf("canary: %d of %d pods", f.New, f.Of)
	err = s.Deed(say, []string{canary.Name, stable.Name}, func() (err error) {
		generations[canary.Name], err = s.edit(ctx, canary.Name, func(now *appsv1.Deployment) {
			now.Spec.Replicas = &f.New
			if len(f.Changes) > 0 {
				now.Spec.Template = canary.Spec.Template
			}
		})
		if err != nil {
			return err
		}
		generations[stable.Name], err = s.edit(ctx, stable.Name, func(now *appsv1.Deployment) {
			rest := f.Of - f.New
			now.Spec.Replicas = &rest
		})
		return err
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, say+" available", func(seen []history.Interval) bool {
		for name, generation := range generations {
			i, ok := observedNow(seen, history.SourceReplicas, "Deployment/"+name)
			if !ok || !complete(i.Attrs) || generationSeen(seen, name) < generation {
				return false
			}
		}
		return true
	})
}

// tracks are the app's stable Deployment, and its canary with the changes made to
// it alone.
func (f Canary) tracks(s *Site) (stable, canary *appsv1.Deployment, err error) {
	for _, d := range s.App.Objects(s.Namespace).Deployments {
		switch d.Spec.Template.Labels[web.LabelTrack] {
		case web.StableTrack:
			stable = d
		case web.CanaryTrack:
			canary = d
		}
	}
	if stable == nil || canary == nil {
		return nil, nil, fmt.Errorf("app %s has no canary beside it", s.App.Name)
	}
	alone := &workloads.Objects{Deployments: []*appsv1.Deployment{canary}}
	for _, change := range f.Changes {
		change(alone)
	}
	return stable, canary, nil
}

// edit changes a Deployment, whatever its version now is, and returns the
// generation that this made.
func (s *Site) edit(ctx context.Context, deployment string, change func(now *appsv1.Deployment)) (generation int64, err error) {
	client := s.Client.AppsV1().Deployments(s.Namespace)
	err = retry.RetryOnConflict(retry.DefaultRetry, func() error {
		now, err := client.Get(ctx, deployment, metav1.GetOptions{})
		if err != nil {
			return err
		}
		change(now)
		updated, err := client.Update(ctx, now, metav1.UpdateOptions{})
		generation = updated.GetGeneration()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("edit deployment %s: %w", deployment, err)
	}
	return generation, nil
}
