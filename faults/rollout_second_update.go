package faults

import (
	"context"
	"fmt"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// SecondUpdate rolls out a version and, as soon as it has that many pods (ready
// ones, if ready is set), the next version over it.
type SecondUpdate struct {
	First, Second []workloads.Change
	After         int  // pods of the first version
	Ready         bool // count only those that are ready
}

// Card describes the fault.
func (SecondUpdate) Card() Card {
	return Card{
		Name:     "rollout/second-update",
		Breaks:   "a newer version is rolled out in the middle of a rollout",
		ShowsAs:  "three ReplicaSets at once; the one in the middle never grows again",
		UndoneBy: "nothing: the new template goes with the namespace",
		Look:     "kubectl get replicasets --watch",
	}
}

// Needs lists what a place must have.
func (SecondUpdate) Needs() []kindconfigs.Trait { return nil }

// Rights lists what a cluster must allow for it.
func (SecondUpdate) Rights() []Right { return toUpdate() }

// Inject rolls out the first version, waits for its pods and rolls out the second.
func (f SecondUpdate) Inject(ctx context.Context, s *Site) error {
	middle, err := s.rollOut(ctx, s.App.With(f.First...), "")
	if err != nil {
		return err
	}
	count := history.AttrReplicas
	if f.Ready {
		count = history.AttrReadyCount
	}
	err = s.Until(ctx, fmt.Sprintf("%d pods of ReplicaSet %s (%s)", f.After, middle, count), func(seen []history.Interval) bool {
		return replicaCount(seen, middle, count) >= f.After
	})
	if err != nil {
		return err
	}
	_, err = s.rollOut(ctx, s.App.With(f.Second...), "roll out over ReplicaSet "+middle)
	return err
}
