package faults

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// Exit has the app's process exit with the status, at once, on one request: what an
// exception that nobody catches does.
func Exit(status int, choose Choice) Fault { return appExit{status, choose} }

type appExit struct {
	status int
	choose Choice
}

func (appExit) Card() Card {
	return Card{
		Name:     "app/exit",
		Breaks:   "the app's process exits on one request",
		ShowsAs:  "the container ends with the exit code; the pod stays",
		UndoneBy: "nothing: the kubelet starts the container again, as the pod's restartPolicy says",
		Look:     "kubectl get pods --watch; kubectl describe pod POD | grep -A8 'Last State'",
	}
}

func (appExit) Needs() []kindconfigs.Trait { return nil }

func (f appExit) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, f.choose)
	if err != nil {
		return err
	}
	targets, since := names(pods), s.Clock.Now()
	err = s.Deed(fmt.Sprintf("exit %d in %s", f.status, strings.Join(targets, " ")), targets, func() error {
		return each(pods, func(pod corev1.Pod) error {
			return refusal(s.Knob(ctx, pod.Name, workloads.KnobExit, strconv.Itoa(f.status)))
		})
	})
	if err != nil {
		return err
	}
	return s.untilEnded(ctx, pods, firstContainer, since)
}
