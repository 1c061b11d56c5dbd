package faults

import (
	"context"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// AfterRollout waits until the app's Deployments are complete and injects the
// fault then: the second of two rollouts that must not overlap.
func AfterRollout(f Fault) Fault { return afterRollout{f} }

type afterRollout struct{ Fault }

func (f afterRollout) Needs() []kindconfigs.Trait { return f.Fault.Needs() }

func (f afterRollout) Rights() []Right { return rightsOf(f.Fault) }

func (f afterRollout) Inject(ctx context.Context, s *Site) error {
	err := s.Until(ctx, "the rollout before to be complete", func(seen []history.Interval) bool {
		for _, d := range s.App.Objects(s.Namespace).Deployments {
			i, ok := observedNow(seen, history.SourceReplicas, "Deployment/"+d.Name)
			if !ok || !complete(i.Attrs) {
				return false
			}
		}
		return true
	})
	if err != nil {
		return err
	}
	return f.Fault.Inject(ctx, s)
}

// complete follows k8s.io/kubernetes/pkg/controller/deployment/util, DeploymentComplete.
func complete(a history.Attrs) bool {
	want := a[history.AttrDesired]
	return a[history.AttrUpdated] == want && a[history.AttrReplicas] == want &&
		a[history.AttrAvailable] == want && a["observed"] == a["generation"]
}
