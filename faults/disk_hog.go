package faults

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// DiskHog has a pod of a component write into its own container's layer, so many bytes
// a second ("40Mi"), until it is stopped. The node's disk is a small one.
func DiskHog(component, perSecond string) Fault { return diskHog{component, perSecond} }

type diskHog struct{ component, perSecond string }

func (f diskHog) Card() Card {
	return Card{
		Name:     "pressure/disk-hog",
		Breaks:   "a pod of " + f.component + " writes " + f.perSecond + " a second into its container's layer",
		ShowsAs:  "with a limit: that pod is evicted; without: condition DiskPressure of its node",
		UndoneBy: "its pod is replaced by a new one",
		Look:     "kubectl get pods --watch; kubectl describe node NODE | grep -A8 Conditions",
	}
}

func (diskHog) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.SmallDisk} }

func (diskHog) Rights() []Right { return toReplace() }

func (f diskHog) Inject(ctx context.Context, s *Site) error {
	pods, err := s.component(ctx, f.component)
	if err != nil {
		return err
	}
	if err := s.take(ctx, pods[0], "write "+f.perSecond+" a second", workloads.KnobFill, f.perSecond); err != nil {
		return err
	}
	pod, node := pods[0].Name, pods[0].Spec.NodeName
	return s.Until(ctx, pod+" evicted or DiskPressure on "+node, func(seen []history.Interval) bool {
		return evicted(seen, pod) || underPressure(seen, node, corev1.NodeDiskPressure)
	})
}
