package faults

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// Update rolls the app's Deployment out with the changes.
func Update(changes ...workloads.Change) Fault { return update{changes} }

type update struct{ changes []workloads.Change }

func (update) Card() Card {
	return Card{
		Name:     "rollout/update",
		Breaks:   "a new version is rolled out",
		ShowsAs:  "a new ReplicaSet grows while the old one shrinks",
		UndoneBy: "nothing: the new template goes with the namespace",
		Look:     "kubectl rollout status deployment/web; kubectl get replicasets --watch",
	}
}

func (update) Needs() []kindconfigs.Trait { return nil }

func (update) Rights() []Right { return toUpdate() }

func (f update) Inject(ctx context.Context, s *Site) error {
	_, err := s.rollOut(ctx, s.App.With(f.changes...), "")
	return err
}

// rollOut updates the app's first Deployment to what the app says now and waits
// until its new ReplicaSet was seen, whose name it returns. What the deed says
// in the record begins with say, if that is given.
func (s *Site) rollOut(ctx context.Context, app workloads.App, say string) (string, error) {
	want := app.Objects(s.Namespace).Deployments[0]
	if say == "" {
		say = "roll out deployment " + want.Name
	}
	return s.rollBy(ctx, want.Name, say, func() (int64, error) { return s.applyTemplate(ctx, want) })
}

// rollBy does what rolls a Deployment, which returns the generation that it made,
// and waits until the new ReplicaSet was seen, whose name it returns.
func (s *Site) rollBy(ctx context.Context, deployment, say string, act func() (generation int64, err error)) (string, error) {
	before := replicaSets(s.Seen.Snapshot())
	var generation int64
	err := s.Deed(say, []string{deployment}, func() (err error) {
		generation, err = act()
		return err
	})
	if err != nil {
		return "", err
	}
	var fresh string
	err = s.Until(ctx, "a new ReplicaSet of "+deployment, func(seen []history.Interval) bool {
		for _, name := range replicaSets(seen) {
			if !slices.Contains(before, name) && strings.HasPrefix(name, deployment+"-") {
				fresh = name
			}
		}
		return fresh != "" && generationSeen(seen, deployment) >= generation
	})
	return fresh, err
}

// applyTemplate gives the Deployment the wanted spec, whatever its version now is,
// and returns the generation that this made.
func (s *Site) applyTemplate(ctx context.Context, want *appsv1.Deployment) (generation int64, err error) {
	client := s.Client.AppsV1().Deployments(s.Namespace)
	err = retry.RetryOnConflict(retry.DefaultRetry, func() error {
		now, err := client.Get(ctx, want.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		now.Spec = want.Spec
		updated, err := client.Update(ctx, now, metav1.UpdateOptions{})
		generation = updated.GetGeneration()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("update deployment %s: %w", want.Name, err)
	}
	return generation, nil
}

// generationSeen is the generation that the Deployment was last seen at. Its
// counts may be those of an older one until "observed" is as high.
func generationSeen(seen []history.Interval, deployment string) int64 {
	i, _ := observedNow(seen, history.SourceReplicas, "Deployment/"+deployment)
	n, _ := strconv.ParseInt(i.Attrs["generation"], 10, 64)
	return n
}

// replicaSets names the ReplicaSets that were ever seen.
func replicaSets(seen []history.Interval) []string {
	var all []string
	for _, i := range seen {
		name, ok := strings.CutPrefix(i.Subject, "ReplicaSet/")
		if i.Source == history.SourceReplicas && ok && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// replicaCount reads one of the counts of a ReplicaSet as it was last seen, by
// the name of its attribute; 0 if it was not seen.
func replicaCount(seen []history.Interval, replicaSet, attr string) int {
	i, _ := observedNow(seen, history.SourceReplicas, "ReplicaSet/"+replicaSet)
	n, _ := strconv.Atoi(i.Attrs[attr])
	return n
}
