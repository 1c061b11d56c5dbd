package faults

import (
	"context"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Resume resumes the app's Deployment, as `kubectl rollout resume` does: all that
// was edited while it was paused rolls at once.
func Resume() Fault { return resume{} }

type resume struct{}

func (resume) Card() Card {
	return Card{
		Name:     "rollout/resume",
		Breaks:   "a paused Deployment is resumed",
		ShowsAs:  "condition Progressing has another reason than DeploymentPaused; what was edited rolls",
		UndoneBy: "nothing: it is how a pause ends",
		Look:     "kubectl rollout status deployment/web",
	}
}

func (resume) Needs() []kindconfigs.Trait { return nil }

func (resume) Rights() []Right { return Allow("apps", "deployments", "patch") }

func (resume) Inject(ctx context.Context, s *Site) error {
	name := s.deployment()
	if err := s.setPaused(ctx, name, false); err != nil {
		return err
	}
	return s.Until(ctx, "deployment "+name+" resumed", func(seen []history.Interval) bool {
		i, ok := observedNow(seen, history.SourceDeployment, name+"/Progressing")
		return ok && i.Attrs[history.AttrReason] != pausedReason
	})
}
