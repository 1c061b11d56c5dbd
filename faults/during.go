package faults

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// During injects a fault into a rollout: as soon as so many percent of the pods that
// the app's Deployment wants are new, by the counts of its newest ReplicaSet, never
// by a clock. It is what `kubectl rollout status` counts, "5 out of 10 new replicas
// have been updated": a new pod counts once it is there, ready or not.
//
// The card is the fault's, and what callers lose is judged by it. The record has a
// deed of the rollout, which names the Deployment, and then those of the fault.
//
//	During(Update(web.Version("v2")), 50, NodeKill())
func During(rollout Fault, percent int, fault Fault) Fault { return during{fault, rollout, percent} }

type during struct {
	Fault
	rollout Fault
	percent int
}

func (f during) Card() Card {
	card := f.Fault.Card()
	card.Breaks = fmt.Sprintf("at %d %% of a rollout: %s", f.percent, card.Breaks)
	card.Blinds = slices.Concat(f.rollout.Card().Blinds, card.Blinds)
	return card
}

func (f during) Needs() []kindconfigs.Trait { return slices.Concat(f.rollout.Needs(), f.Fault.Needs()) }

func (f during) Rights() []Right { return rightsOf(f.rollout, f.Fault) }

func (f during) Inject(ctx context.Context, s *Site) error {
	name := s.deployment()
	before := newestSet(s.Seen.Snapshot(), name)
	if err := f.rollout.Inject(ctx, s); err != nil {
		return fmt.Errorf("begin %s: %w", f.rollout.Card().Name, err)
	}
	what := fmt.Sprintf("%d %% of the pods of deployment %s to be new", f.percent, name)
	err := s.Until(ctx, what, func(seen []history.Interval) bool {
		all, _ := observedNow(seen, history.SourceReplicas, "Deployment/"+name)
		wanted, err := strconv.Atoi(all.Attrs[history.AttrDesired])
		now := newestSet(seen, name)
		made := replicaCount(seen, now.name, history.AttrReplicas)
		return err == nil && now != before && 100*made >= f.percent*wanted
	})
	if err != nil {
		return err
	}
	return f.Fault.Inject(ctx, s)
}

// A revised is a ReplicaSet and its revision, which rises when a rollout goes back to it.
type revised struct {
	name     string
	revision int
}

// newestSet is the Deployment's ReplicaSet of the highest revision, without a name if
// none was seen; of those that say no revision, the one that was seen last.
func newestSet(seen []history.Interval, deployment string) revised {
	newest := revised{revision: -1}
	for _, i := range seen {
		name, ok := strings.CutPrefix(i.Subject, "ReplicaSet/")
		if i.Source != history.SourceReplicas || i.To != history.Open || !ok || !strings.HasPrefix(name, deployment+"-") {
			continue
		}
		number, err := strconv.Atoi(i.Attrs[history.AttrRevision])
		if err != nil {
			number = 0
		}
		if number >= newest.revision {
			newest = revised{name, number}
		}
	}
	return newest
}
