package faults

import (
	"context"
	"errors"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// SlowStart ends the app's process, and every start of it in that pod from now on
// takes boot until it listens: a cache that is cold, a disk that is slow.
func SlowStart(choose Choice, boot time.Duration) Fault { return slowStart{choose, boot} }

type slowStart struct {
	choose Choice
	boot   time.Duration
}

func (slowStart) Card() Card {
	return Card{
		Name:     "app/slow-start",
		Breaks:   "the process exits, and its next starts in this pod take longer",
		ShowsAs:  "a restarted container that is Running and refuses connections",
		UndoneBy: "nothing: how long a start takes goes with the pod",
		Look:     "kubectl get pods --watch; kubectl describe pod POD | tail",
	}
}

func (slowStart) Needs() []kindconfigs.Trait { return nil }

func (f slowStart) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, f.choose)
	if err != nil {
		return err
	}
	targets, before := names(pods), s.Clock.Now()
	says := "restart " + strings.Join(targets, " ") + " with a boot time of " + f.boot.String()
	err = s.Deed(says, targets, func() error {
		return each(pods, func(pod corev1.Pod) error {
			err := s.Knob(ctx, pod.Name, workloads.KnobBootTime, f.boot.String())
			return errors.Join(err, s.Knob(ctx, pod.Name, workloads.KnobExit, "1"))
		})
	})
	if err != nil {
		return err
	}
	return s.untilEach(ctx, "a new start", targets, func(pod string, i history.Interval) bool {
		return i.Source == history.SourceApp && i.Subject == pod && i.State == history.AppStart && i.From >= before
	})
}
