package faults

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// CrashAtStart has the app exit with the status now and at every start from now
// on, before it listens.
func CrashAtStart(status int, choose Choice) Fault { return crashAtStart{status, choose} }

type crashAtStart struct {
	status int
	choose Choice
}

func (crashAtStart) Card() Card {
	return Card{
		Name:     "app/crash-at-start",
		Breaks:   "the app exits, and does so again whenever it is started",
		ShowsAs:  "CrashLoopBackOff; the restart count rises more and more slowly",
		UndoneBy: "its pod is replaced by a new one",
		Look:     "kubectl get pods --watch",
	}
}

func (crashAtStart) Needs() []kindconfigs.Trait { return nil }

func (crashAtStart) Rights() []Right { return toReplace() }

func (f crashAtStart) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, f.choose)
	if err != nil {
		return err
	}
	targets, status := names(pods), strconv.Itoa(f.status)
	for _, pod := range targets {
		if err := s.Undo(s.step(UndoReplace, "replace "+pod, "namespace", s.Namespace, "pod", pod)); err != nil {
			return err
		}
	}
	err = s.Deed(fmt.Sprintf("crash at every start of %s", strings.Join(targets, " ")), targets, func() error {
		return each(pods, func(pod corev1.Pod) error {
			if err := s.Knob(ctx, pod.Name, workloads.KnobCrashAtStart, status); err != nil {
				return err
			}
			return refusal(s.Knob(ctx, pod.Name, workloads.KnobExit, status))
		})
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, fmt.Sprintf("CrashLoopBackOff in %v", targets), func(seen []history.Interval) bool {
		return !slices.ContainsFunc(targets, func(pod string) bool {
			return !slices.ContainsFunc(seen, func(i history.Interval) bool {
				return i.Source == history.SourceContainer && strings.HasPrefix(i.Subject, pod+"/") &&
					i.Attrs[history.AttrReason] == "CrashLoopBackOff"
			})
		})
	})
}
