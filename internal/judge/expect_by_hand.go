package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// OutageAvoided expects that replacing bare pods by hand costs every lane an outage
// as modelled, and that the last deed, the rollout of a Deployment behind the same
// Service, costs none.
func OutageAvoided() Expectation { return expectation{"outage-avoided", judgeAvoided} }

func judgeAvoided(s *scene) (Finding, error) {
	hit, err := s.mustHit()
	if err != nil {
		return Finding{}, err
	}
	spec := s.w.Spec(hit[0].name, hit[0].owner)
	if model.Serving(spec) == nil || hit[0].owner != "" {
		return Finding{}, fmt.Errorf("what was replaced by hand first is no bare pod of the objects: %s", hit[0].name)
	}
	rolled := s.lastDeed()
	if len(rolled.Targets) == 0 || s.w.Deployment(rolled.Targets[0]) == nil {
		return Finding{}, fmt.Errorf("the last deed is not done to a Deployment (targets %v)", rolled.Targets)
	}
	if len(s.h.Meta.Load) == 0 {
		return Finding{}, fmt.Errorf("the record has no load")
	}
	var all []Finding
	var wants []string
	for _, plan := range s.h.Meta.Load {
		f, err := s.avoidedOn(plan, s.w.ReplacedByHand(spec, plan), rolled.Earliest-plan.Timeout)
		if err != nil {
			return Finding{}, err
		}
		all, wants = append(all, f), append(wants, f.Want)
	}
	joined := together(all)
	joined.Want = strings.Join(wants, "; ")
	return joined, nil
}

// avoidedOn compares what a lane lost from the first deed to the rollout of the
// Deployment with what it lost from there to the end.
func (s *scene) avoidedOn(plan history.LanePlan, w model.Window, rolled time.Duration) (Finding, error) {
	hand, err := s.lost(plan.Lane, s.deed.Earliest-plan.Timeout, rolled)
	if err != nil {
		return Finding{}, err
	}
	controller, err := s.lost(plan.Lane, rolled, s.end)
	if err != nil {
		return Finding{}, err
	}
	f := found(near(w, hand.longest, hand.longestOff) && hand.failed > 0 && controller.failed == 0,
		fmt.Sprintf("%s: by hand an outage of %s, by the Deployment nothing lost", plan.Lane, w.Range()),
		fmt.Sprintf("%s: by hand %s; by the Deployment %s", plan.Lane, hand, controller), w.Reasons())
	return f.measured(hand.longest, w), nil
}
