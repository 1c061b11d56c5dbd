package faults

import (
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
)

// turn does the deed that is the turn of a knob: of the chosen pods, to the value.
// How it is turned back is journalled before, unless back is "" because the knob
// goes with the container or the trial's namespace. It returns the pods' names.
func (s *Site) turn(ctx context.Context, choose Choice, says, knob, value, back string) ([]string, error) {
	pods, err := s.Pick(ctx, choose)
	if err != nil {
		return nil, err
	}
	targets := names(pods)
	for _, pod := range targets {
		if back == "" {
			break
		}
		if err := s.Undo(s.knobStep(pod, knob, back)); err != nil {
			return nil, err
		}
	}
	err = s.Deed(says+" "+strings.Join(targets, " "), targets, func() error {
		return each(pods, func(pod corev1.Pod) error { return s.Knob(ctx, pod.Name, knob, value) })
	})
	return targets, err
}

// untilEach waits until something that the test takes was seen of each pod, at any time of
// the trial.
func (s *Site) untilEach(ctx context.Context, what string, pods []string, takes func(pod string, i history.Interval) bool) error {
	return s.Until(ctx, what+" of "+strings.Join(pods, " "), func(seen []history.Interval) bool {
		return !slices.ContainsFunc(pods, func(pod string) bool {
			return !slices.ContainsFunc(seen, func(i history.Interval) bool { return takes(pod, i) })
		})
	})
}

// knobStep is the undo that turns a knob of the app.
func (s *Site) knobStep(pod, knob, value string) journal.Step {
	return s.step(UndoKnob, "turn knob "+knob+" of pod "+pod+" to "+value,
		"namespace", s.Namespace, "pod", pod, "knob", knob, "value", value)
}
