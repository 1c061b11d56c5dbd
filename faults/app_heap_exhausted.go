package faults

import (
	"context"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// HeapExhausted has the app run out of memory the way a managed runtime does: the
// error is caught, the process lives on, and every request is answered with 500,
// the probes' included. The kernel has no reason to kill it.
func HeapExhausted(choose Choice) Fault { return heapExhausted{choose} }

type heapExhausted struct{ choose Choice }

// heapShare is the share of the limit that is taken: enough to be seen, and so
// little that the collector's garbage, as much again, stays below the limit too.
const heapShare = 4

func (heapExhausted) Card() Card {
	return Card{
		Name:     "app/heap-exhausted",
		Breaks:   "the app catches an out-of-memory error and lives on",
		ShowsAs:  "every request is answered with 500, the probes' included; nothing is OOMKilled",
		UndoneBy: "nothing: a restart of the container ends it",
		Look:     "kubectl get pods --watch; kubectl get events --field-selector reason=Unhealthy",
	}
}

func (heapExhausted) Needs() []kindconfigs.Trait { return nil }

func (f heapExhausted) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, f.choose)
	if err != nil {
		return err
	}
	targets := names(pods)
	err = s.Deed("exhaust the heap of "+strings.Join(targets, " "), targets, func() error {
		return each(pods, func(pod corev1.Pod) error {
			take := pod.Spec.Containers[0].Resources.Limits.Memory().Value() / heapShare // 0 without a limit
			return s.Knob(ctx, pod.Name, workloads.KnobCatchOOM, strconv.FormatInt(take, 10))
		})
	})
	if err != nil {
		return err
	}
	for _, pod := range targets {
		s.Look(ctx, pod, web.Live)
	}
	return s.UntilApp(ctx, targets, history.AppProbe, history.AttrPath, web.Live, history.AttrCode, "500")
}
