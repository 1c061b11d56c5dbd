package faults

import (
	"context"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/observe"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// ConfigChange makes the changes to the app's ConfigMaps and applies all of the app
// again, as `kubectl apply` of its manifests does. Whether anything rolls is up to
// the pod template: it does if the changes reach it.
func ConfigChange(changes ...workloads.Change) Fault { return configChange{changes} }

type configChange struct{ changes []workloads.Change }

func (configChange) Card() Card {
	return Card{
		Name:     "config/change",
		Breaks:   "a ConfigMap that the pods were started with says something else",
		ShowsAs:  "the ConfigMap has other data; variables of running containers keep the old",
		UndoneBy: "nothing: the ConfigMap goes with the trial's namespace",
		Look:     "kubectl get configmap web-config -o yaml --watch",
	}
}

func (configChange) Needs() []kindconfigs.Trait { return nil }

func (configChange) Rights() []Right { return toApplyAgain() }

func (f configChange) Inject(ctx context.Context, s *Site) error {
	o := s.App.With(f.changes...).Objects(s.Namespace)
	var names []string
	for _, c := range o.ConfigMaps {
		names = append(names, c.Name)
	}
	err := s.Deed("change ConfigMap "+strings.Join(names, " ")+" and apply all again", names, func() error { return s.applyAgain(ctx, o) })
	if err != nil {
		return err
	}
	return s.Until(ctx, "the new data of ConfigMap "+strings.Join(names, " "), func(seen []history.Interval) bool {
		for _, c := range o.ConfigMaps {
			i, ok := observedNow(seen, history.SourceConfig, c.Name)
			if !ok || i.State != observe.ConfigDigest(c.Data) {
				return false
			}
		}
		return len(names) > 0
	})
}

// applyAgain gives ConfigMaps their data and Deployments their spec; where nothing
// differs nothing changes.
func (s *Site) applyAgain(ctx context.Context, o *workloads.Objects) error {
	client := s.Client.CoreV1().ConfigMaps(s.Namespace)
	for _, want := range o.ConfigMaps {
		err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
			now, err := client.Get(ctx, want.Name, metav1.GetOptions{})
			if err != nil {
				return err
			}
			now.Data = want.Data
			_, err = client.Update(ctx, now, metav1.UpdateOptions{})
			return err
		})
		if err != nil {
			return fmt.Errorf("update ConfigMap %s: %w", want.Name, err)
		}
	}
	for _, want := range o.Deployments {
		if _, err := s.applyTemplate(ctx, want); err != nil {
			return err
		}
	}
	return nil
}
