package faults

import (
	"context"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// IgnoreSIGTERM deletes pods whose app notes SIGTERM and goes on, until its grace
// period is over and it is killed: the shell that is process 1 and passes no signal on.
func IgnoreSIGTERM(choose Choice) Fault { return ignoreSIGTERM{choose} }

type ignoreSIGTERM struct{ choose Choice }

func (ignoreSIGTERM) Card() Card {
	return Card{
		Name:     "app/ignore-sigterm",
		Breaks:   "a pod is deleted whose app ignores SIGTERM",
		ShowsAs:  "the pod is Terminating for its whole grace period and is killed then: exit code 137",
		UndoneBy: "nothing: the pod's owner makes another, a bare pod stays away",
		Look:     "kubectl get pods --watch",
	}
}

func (ignoreSIGTERM) Needs() []kindconfigs.Trait { return nil }

func (ignoreSIGTERM) Rights() []Right { return Allow("", "pods", "delete") }

func (f ignoreSIGTERM) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, f.choose)
	if err != nil {
		return err
	}
	targets := names(pods)
	err = s.Deed("delete "+strings.Join(targets, " ")+", which ignores SIGTERM", targets, func() error {
		return each(pods, func(pod corev1.Pod) error {
			if err := s.Knob(ctx, pod.Name, workloads.KnobIgnoreSIGTERM, "true"); err != nil {
				return err
			}
			return deletePod(ctx, s, pod)
		})
	})
	if err != nil {
		return err
	}
	return s.UntilApp(ctx, targets, history.AppSIGTERM)
}
