package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// Edit edits the pod template of the app's Deployment, or of its ReplicaSet where it
// has no Deployment: once for each change, one after the other, as `kubectl set
// image`, `kubectl set env` and `kubectl set resources` would. Nothing else is
// touched: what is paused stays paused, what was scaled keeps its size.
func Edit(changes ...workloads.Change) Fault { return edit{changes} }

type edit struct{ changes []workloads.Change }

func (edit) Card() Card {
	return Card{
		Name:     "rollout/edit",
		Breaks:   "the pod template is edited",
		ShowsAs:  "the controller observes a new generation; a Deployment rolls, unless it is paused",
		UndoneBy: "nothing: the new template goes with the namespace",
		Look:     "kubectl get deployment,replicaset -o wide",
	}
}

func (edit) Needs() []kindconfigs.Trait { return nil }

func (edit) Rights() []Right {
	return slices.Concat(Allow("apps", "deployments", "patch"), Allow("apps", "replicasets", "patch"))
}

func (f edit) Inject(ctx context.Context, s *Site) error {
	for n := range f.changes {
		if err := f.once(ctx, s, s.App.With(f.changes[:n+1]...).Objects(s.Namespace)); err != nil {
			return fmt.Errorf("edit %d of %d: %w", n+1, len(f.changes), err)
		}
	}
	return nil
}

// once gives the object its template and waits until its controller has seen that.
func (edit) once(ctx context.Context, s *Site, o *workloads.Objects) error {
	var subject, name string
	var generation int64
	apply := func() error {
		if len(o.Deployments) == 0 {
			r := o.ReplicaSets[0]
			got, err := s.Client.AppsV1().ReplicaSets(s.Namespace).Patch(ctx, r.Name, types.JSONPatchType, replaceTemplate(r.Spec.Template), metav1.PatchOptions{})
			generation = got.GetGeneration()
			return err
		}
		d := o.Deployments[0]
		got, err := s.Client.AppsV1().Deployments(s.Namespace).Patch(ctx, d.Name, types.JSONPatchType, replaceTemplate(d.Spec.Template), metav1.PatchOptions{})
		generation = got.GetGeneration()
		return err
	}
	if len(o.Deployments) > 0 {
		name = o.Deployments[0].Name
		subject = "Deployment/" + name
	} else {
		name = o.ReplicaSets[0].Name
		subject = "ReplicaSet/" + name
	}
	if err := s.Deed("edit the pod template of "+subject, []string{name}, apply); err != nil {
		return fmt.Errorf("edit the pod template of %s: %w", subject, err)
	}
	return s.Until(ctx, fmt.Sprintf("generation %d of %s observed by its controller", generation, subject), func(seen []history.Interval) bool {
		return generationObserved(seen, subject) >= generation
	})
}

// generationObserved is the generation that the object's controller is known to have
// seen, -1 if nothing is known of it.
func generationObserved(seen []history.Interval, subject string) int64 {
	i, ok := observedNow(seen, history.SourceReplicas, subject)
	n, err := strconv.ParseInt(i.Attrs["observed"], 10, 64)
	if !ok || err != nil {
		return -1
	}
	return n
}

// replaceTemplate is the patch that puts a pod template in the place of the one that
// is there.
func replaceTemplate(t corev1.PodTemplateSpec) []byte {
	text, _ := json.Marshal([]any{map[string]any{"op": "replace", "path": "/spec/template", "value": t}}) // it came from JSON types
	return text
}
