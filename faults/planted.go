package faults

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// NoOp does nothing and claims to have broken something. It is planted to show
// that a fault without effect is found: the engine waits in vain to see it.
func NoOp() Fault { return noOp{} }

type noOp struct{}

func (noOp) Card() Card {
	return Card{
		Name:     "planted/no-op",
		Breaks:   "nothing, though it says so",
		ShowsAs:  "nothing",
		UndoneBy: "nothing",
		Look:     "kubectl get events",
	}
}

func (noOp) Needs() []kindconfigs.Trait { return nil }

// noOpLimit is how long the engine looks in vain for what did not happen.
const noOpLimit = 5 * time.Second

func (noOp) Inject(ctx context.Context, s *Site) error {
	ctx, cancel := context.WithTimeout(ctx, noOpLimit)
	defer cancel()
	pods, err := s.Pick(ctx, OnePod)
	if err != nil {
		return err
	}
	target := pods[0].Name
	if err := s.Deed("break nothing in "+target, []string{target}, func() error { return nil }); err != nil {
		return err
	}
	return s.UntilApp(ctx, []string{target}, history.AppStuck)
}

// Leaky labels a pod's node and journals an undo that does nothing. It is planted
// to show that what an undo leaves behind is found.
func Leaky() Fault { return leaky{} }

type leaky struct{}

// LeakyLabel is what Leaky leaves on a node.
const LeakyLabel = "seatrial.dev/planted-residue"

func (leaky) Card() Card {
	return Card{
		Name:     "planted/leaky",
		Breaks:   "a pod is deleted and its node gets a label that nobody takes off",
		ShowsAs:  "the label is still there after the undo",
		UndoneBy: "an undo that does nothing",
		Look:     "kubectl get nodes --show-labels",
	}
}

func (leaky) Needs() []kindconfigs.Trait { return nil }

func (leaky) Rights() []Right { return slices.Concat(Allow("", "pods", "delete"), nodeRights("patch")) }

func (leaky) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, OnePod)
	if err != nil {
		return err
	}
	node := pods[0].Spec.NodeName
	step := s.step(UndoKnob, "pretend to take the label off "+node,
		"namespace", s.Namespace, "pod", pods[0].Name, "knob", workloads.KnobReadyFile, "value", "true")
	if err := s.Undo(step); err != nil {
		return err
	}
	// The true undo belongs to the run, not to the trial: it comes after the trial was searched for residue.
	real := s.step(UndoNodeLabel, "take label "+LeakyLabel+" off "+node, "node", node, "label", LeakyLabel)
	real.Deadline = time.Time{} // not before the run's end: a guardian that took it off meanwhile would disturb others
	if err := s.Journal(real); err != nil {
		return err
	}
	if err := labelNode(ctx, s.Client, node, LeakyLabel, s.Namespace); err != nil {
		return err
	}
	return PodDelete(func(*Site, []corev1.Pod) []corev1.Pod { return pods }).Inject(ctx, s)
}
