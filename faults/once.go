package faults

import (
	"context"
	"fmt"
	"slices"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/observe"
)

// OnceReady waits until as many pods are ready as the app asks for, by what the
// observers see, and injects the fault then: what came before has mended itself. While the
// API calls a container running of which its node's runtime saw the end, its word that a
// pod is ready is an old one.
func OnceReady(f Fault) Fault { return onceReady{f} }

type onceReady struct{ Fault }

func (f onceReady) Rights() []Right { return rightsOf(f.Fault) }

func (f onceReady) Inject(ctx context.Context, s *Site) error {
	want := s.App.Objects(s.Namespace).Replicas()
	err := s.Until(ctx, fmt.Sprintf("%d ready pods of %s", want, s.App.Name), func(seen []history.Interval) bool {
		pods, ready := observe.Current(seen, history.SourcePod), 0
		for name, i := range observe.Current(seen, history.SourceReady) {
			if i.State == "True" && pods[name].State == "Running" {
				ready++
			}
		}
		return ready >= want && !outdated(seen)
	})
	if err != nil {
		return err
	}
	return f.Fault.Inject(ctx, s)
}

// outdated reports whether the API has not heard yet of the end of a container.
func outdated(seen []history.Interval) bool {
	for _, i := range observe.Current(seen, history.SourceContainer) {
		if i.State == "running" && processEnded(seen, i.Attrs[history.AttrContainerID]) {
			return true
		}
	}
	return false
}

// OnceGone waits until the pods that the deed before was done to are gone from the
// API and injects the fault then. Without a deed before it injects at once.
func OnceGone(f Fault) Fault { return onceGone{f} }

type onceGone struct{ Fault }

func (f onceGone) Rights() []Right { return rightsOf(f.Fault) }

func (f onceGone) Inject(ctx context.Context, s *Site) error {
	targets := s.last
	err := s.Until(ctx, fmt.Sprintf("pods %v gone", targets), func(seen []history.Interval) bool {
		return !slices.ContainsFunc(targets, func(pod string) bool {
			_, there := observedNow(seen, history.SourcePod, pod)
			return there
		})
	})
	if err != nil {
		return err
	}
	return f.Fault.Inject(ctx, s)
}
