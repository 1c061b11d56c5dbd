package faults

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// OOM makes the app allocate past its memory limit. The memory is taken inside
// the app's own process: a stressor beside it would be killed in its stead.
func OOM(choose Choice) Fault { return appOOM{choose} }

type appOOM struct{ choose Choice }

// beyondLimit is asked of apps without a limit; of the others twice theirs is.
const beyondLimit = "256Mi"

func (appOOM) Card() Card {
	return Card{
		Name:     "app/oom",
		Breaks:   "the app allocates past its container's memory limit",
		ShowsAs:  "the kernel kills it: lastState.terminated.reason OOMKilled, exit code 137",
		UndoneBy: "nothing: the memory went with the process",
		Look:     "kubectl get pods -o custom-columns='POD:.metadata.name,WAS:.status.containerStatuses[0].lastState.terminated.reason'",
	}
}

func (appOOM) Needs() []kindconfigs.Trait { return nil }

func (f appOOM) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, f.choose)
	if err != nil {
		return err
	}
	targets := names(pods)
	err = s.Deed("allocate past the limit in "+strings.Join(targets, " "), targets, func() error {
		return each(pods, func(pod corev1.Pod) error { return f.allocate(ctx, s, pod) })
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, "an OOMKilled container in "+strings.Join(targets, " "), func(seen []history.Interval) bool {
		for _, target := range targets {
			if !oomKilled(seen, target+"/") {
				return false
			}
		}
		return true
	})
}

// allocate asks for the memory. That no answer comes, because the kernel was
// quicker, is the point; whether it was killed is what the observers must see.
func (f appOOM) allocate(ctx context.Context, s *Site, pod corev1.Pod) error {
	want := beyondLimit
	if limit := pod.Spec.Containers[0].Resources.Limits.Memory(); !limit.IsZero() {
		limit.Add(*limit) // the runtime's own share is far below it
		want = limit.String()
	}
	return refusal(s.Knob(ctx, pod.Name, workloads.KnobAllocate, want))
}

// refusal is the error of a knob that the app dies of: that no answer came is as it
// should be, that the app or the API server refused is not.
func refusal(err error) error {
	if refused := (apierrors.APIStatus)(nil); errors.As(err, &refused) && refused.Status().Code < http.StatusInternalServerError {
		return err
	}
	return nil
}

// oomKilled reports whether a container was killed for its memory: by its status, or
// by the kernel's own log where the runtime missed it and the status says "Error". The
// subject is pod/container, the prefix that of a pod's name.
func oomKilled(seen []history.Interval, prefix string) bool {
	killed := map[string]bool{}
	for _, i := range seen {
		if i.Source == history.SourceKernel && i.State == history.KernelOOM {
			killed[i.Attrs[history.AttrContainerID]] = true
		}
	}
	return slices.ContainsFunc(seen, func(i history.Interval) bool {
		return i.Source == history.SourceContainer && strings.HasPrefix(i.Subject, prefix) &&
			(i.Attrs[history.AttrReason] == "OOMKilled" || i.Attrs[history.AttrLastReason] == "OOMKilled" ||
				i.State == "terminated" && killed[i.Attrs[history.AttrContainerID]])
	})
}
