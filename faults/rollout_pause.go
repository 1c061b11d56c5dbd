package faults

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Pause pauses the app's Deployment, as `kubectl rollout pause` does: what is
// edited from then on rolls when it is resumed. It shows where a progress deadline
// is set, as it is by default, and has not passed (controller/deployment/sync.go
// checkPausedConditions).
func Pause() Fault { return pause{} }

type pause struct{}

func (pause) Card() Card {
	return Card{
		Name:     "rollout/pause",
		Breaks:   "the Deployment's rollouts are paused",
		ShowsAs:  "condition Progressing has the reason DeploymentPaused; edits make no ReplicaSet",
		UndoneBy: "kubectl rollout resume",
		Look:     "kubectl describe deployment web",
	}
}

func (pause) Needs() []kindconfigs.Trait { return nil }

func (pause) Rights() []Right { return Allow("apps", "deployments", "patch") }

func (pause) Inject(ctx context.Context, s *Site) error {
	name := s.deployment()
	if err := s.Undo(s.step(UndoPause, "resume deployment "+name, "namespace", s.Namespace, "deployment", name)); err != nil {
		return err
	}
	if err := s.setPaused(ctx, name, true); err != nil {
		return err
	}
	return s.Until(ctx, "deployment "+name+" paused", func(seen []history.Interval) bool {
		i, ok := observedNow(seen, history.SourceDeployment, name+"/Progressing")
		return ok && i.Attrs[history.AttrReason] == pausedReason
	})
}

// pausedReason is the reason of the condition Progressing of a paused Deployment
// (controller/deployment/util, PausedDeployReason).
const pausedReason = "DeploymentPaused"

// deployment names the app's first Deployment.
func (s *Site) deployment() string { return s.App.Objects(s.Namespace).Deployments[0].Name }

// setPaused is the deed of pausing and of resuming.
func (s *Site) setPaused(ctx context.Context, deployment string, paused bool) error {
	what := "resume deployment " + deployment
	if paused {
		what = "pause deployment " + deployment
	}
	return s.Deed(what, []string{deployment}, func() error {
		if err := patchPaused(ctx, s.Client, s.Namespace, deployment, paused); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		return nil
	})
}

func patchPaused(ctx context.Context, client kubernetes.Interface, namespace, deployment string, paused bool) error {
	patch := fmt.Appendf(nil, `{"spec":{"paused":%t}}`, paused)
	_, err := client.AppsV1().Deployments(namespace).Patch(ctx, deployment, types.MergePatchType, patch, metav1.PatchOptions{})
	return err
}

func undoPause(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	return ignoreGone(patchPaused(ctx, client, args["namespace"], args["deployment"], false))
}
