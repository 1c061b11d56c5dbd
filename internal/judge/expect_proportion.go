package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// SharedInProportion expects that the replicas which scaling adds in the middle of a
// rollout, the last deed, are shared among the ReplicaSets in proportion to their
// sizes, and not all given to the newest or the oldest. What it counts are those that the
// newest got.
func SharedInProportion() Expectation { return expectation{"shared-in-proportion", judgeProportion} }

func judgeProportion(s *scene) (Finding, error) {
	d, counts, err := s.rolled()
	if err != nil {
		return Finding{}, err
	}
	t := s.lastRollout(d).Earliest
	before, known := s.at(history.SourceReplicas, "Deployment/"+d.Name, t)
	after, scaled := first(counts, t, func(i history.Interval) bool {
		return i.Attrs[history.AttrDesired] != before.Attrs[history.AttrDesired]
	})
	sets := s.sets(d.Name)
	sizes := sizesAt(sets, t)
	active := slices.DeleteFunc(slices.Clone(sizes), func(n int) bool { return n == 0 })
	switch {
	case !known || !scaled:
		return Finding{}, fmt.Errorf("the record does not show that Deployment %s was scaled", d.Name)
	case len(active) < 2:
		return Finding{}, fmt.Errorf("no rollout was under way at %s: %d ReplicaSets had pods", offset(t), len(active))
	}
	was, err := boundsOf(d, before)
	if err != nil {
		return Finding{}, err
	}
	now, err := boundsOf(d, after)
	if err != nil {
		return Finding{}, err
	}
	want := model.Proportion(sizes, was.MaxPods(), now)
	got, when := s.shared(sets, t, want)
	return found(slices.Equal(got, want),
		fmt.Sprintf("scaled from %d to %d, ReplicaSets of %s pods become %s, the oldest first", was.Replicas, now.Replicas, commas(sizes), commas(want)),
		fmt.Sprintf("%s, at %s", commas(got), offset(when)),
		fmt.Sprintf("maxSurge %d: in proportion to their sizes, what rounding leaves to the largest (controller/deployment/sync.go scale)", now.Surge)).counted(got[len(got)-1] - sizes[len(sizes)-1]), nil
}

func sizesAt(sets []set, t time.Duration) []int {
	var all []int
	for _, x := range sets {
		all = append(all, x.wants(t))
	}
	return all
}

// shared are the sizes when they first add up to what they must, or else at the end.
func (s *scene) shared(sets []set, from time.Duration, want []int) (sizes []int, when time.Duration) {
	var changes []time.Duration
	for _, x := range sets {
		for _, i := range x.states {
			if i.From >= from && i.From < s.end {
				changes = append(changes, i.From)
			}
		}
	}
	slices.Sort(changes)
	for _, t := range changes {
		if sizes = sizesAt(sets, t); total(sizes) == total(want) {
			return sizes, t
		}
	}
	return sizesAt(sets, s.end), s.end
}

func total(all []int) int {
	n := 0
	for _, v := range all {
		n += v
	}
	return n
}
