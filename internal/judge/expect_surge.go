package judge

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// SurgeSpeed expects of two rollouts of one Deployment, the second with a larger
// surge, that the second is shorter in proportion: their lengths compare as the
// model says for what their pods took, each from its creation until it was ready.
// What it counts is the length of the second in percent of the first.
func SurgeSpeed() Expectation { return expectation{"surge-speed", judgeSurgeSpeed} }

func judgeSurgeSpeed(s *scene) (Finding, error) {
	d, counts, err := s.rolled()
	if err != nil {
		return Finding{}, err
	}
	deeds, ends := s.deedsWithEnds()
	if len(deeds) != 2 {
		return Finding{}, fmt.Errorf("the record has %d deeds, and two rollouts are to be compared", len(deeds))
	}
	var by [2]model.RolledBy
	var took [2]time.Duration
	for n := range deeds {
		if by[n], took[n], err = s.rolledBy(d, counts, deeds[n], ends[n]); err != nil {
			return Finding{}, fmt.Errorf("measure rollout %d: %w", n+1, err)
		}
	}
	from, to := by[1].Ratio(by[0])
	if to >= 1 {
		return Finding{}, fmt.Errorf("the pods of the second rollout took %s in all, those of the first %s: so much longer that the ratio of the rollouts says nothing",
			short(by[1].Total), short(by[0].Total))
	}
	ratio := float64(took[1]) / float64(took[0])
	return found(ratio >= from && ratio <= to, fmt.Sprintf("ratio %.2f..%.2f", from, to),
		fmt.Sprintf("%s at %d a time, %s at %d a time: ratio %.2f", short(took[0]), by[0].Surge, short(took[1]), by[1].Surge, ratio),
		"one at a time: "+by[0].Took().Reasons()+"; the other: "+by[1].Took().Reasons()).counted(int(math.Round(100 * ratio))), nil
}

// rolledBy measures a rollout by surge from its deed on, and what its pods took.
func (s *scene) rolledBy(d *model.Deployment, counts []history.Interval, deed history.Mark, end time.Duration) (model.RolledBy, time.Duration, error) {
	began, ok := first(counts, deed.Earliest, func(i history.Interval) bool { return !complete(i) })
	done, came := first(counts, began.From, complete)
	if !ok || !came || done.From >= end {
		return model.RolledBy{}, 0, fmt.Errorf("it was not complete before %s", offset(end))
	}
	bounds, err := boundsOf(d, began)
	if err != nil {
		return model.RolledBy{}, 0, err
	}
	if bounds.Surge == 0 || bounds.Unavailable > 0 {
		return model.RolledBy{}, 0, fmt.Errorf("it was no rollout by surge alone: %s", bounds.Because)
	}
	by := model.RolledBy{Surge: bounds.Surge}
	for _, p := range s.podsOfRollout(d, deed, done.From) {
		ready, ok := s.ready(p, p.from)
		if !ok || ready > done.From+watchSlack {
			return model.RolledBy{}, 0, fmt.Errorf("it was called complete, and pod %s was not ready", p.name)
		}
		by.Pods, by.Total, by.Longest = by.Pods+1, by.Total+ready-p.from, max(by.Longest, ready-p.from)
	}
	if by.Pods != bounds.Replicas {
		return model.RolledBy{}, 0, fmt.Errorf("it made %d new pods, of %d", by.Pods, bounds.Replicas)
	}
	return by, done.From - deed.Earliest, nil
}

// podsOfRollout lists the pods that the Deployment made between a deed and an instant, of
// another template than those that were there.
func (s *scene) podsOfRollout(d *model.Deployment, deed history.Mark, until time.Duration) []pod {
	old := map[string]bool{}
	for _, p := range s.podsAt(deed.Earliest) {
		old[p.hash] = true
	}
	return slices.DeleteFunc(s.pods(), func(p pod) bool {
		name, _ := s.deploymentOf(p)
		return name != d.Name || old[p.hash] || p.from < deed.Earliest || p.from >= until
	})
}
