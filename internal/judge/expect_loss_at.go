package judge

import (
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// LossAtRestarts expects that nothing is lost but what the ends of containers of
// the pods hit explain: every failed slot was under way at one of them, or due
// before its pod must have left every route.
func LossAtRestarts() Expectation { return expectation{"loss-at-restarts", judgeLossAtRestarts} }

func judgeLossAtRestarts(s *scene) (Finding, error) {
	hit, err := s.mustHit()
	if err != nil {
		return Finding{}, err
	}
	var exits []time.Duration
	for _, p := range hit {
		c := model.Serving(s.w.Spec(p.name, p.owner))
		if c == nil {
			return Finding{}, fmt.Errorf("the objects say nothing about pod %s", p.name)
		}
		ends, _ := s.runsOf(p, c.Name)
		exits = append(exits, ends...)
	}
	if len(exits) == 0 {
		return Finding{}, fmt.Errorf("the node's runtime saw no container of the pods hit end")
	}
	if len(s.h.Meta.Load) == 0 {
		return Finding{}, fmt.Errorf("the record has no load")
	}
	var all []Finding
	for _, plan := range s.h.Meta.Load {
		f, err := s.lossAt(exits, plan, s.w.ExitLeft())
		if err != nil {
			return Finding{}, err
		}
		all = append(all, f)
	}
	return inOne(all), nil
}

// lossAt judges one lane: a failure is explained by an end within the window before it.
func (s *scene) lossAt(exits []time.Duration, plan history.LanePlan, w model.Window) (Finding, error) {
	if plan.Lane == history.LaneReused {
		w = w.Late(time.Duration(plan.Connections)*plan.Interval(), "one round of the pinned connections")
	}
	slots := s.lane(plan.Lane, s.deed.Earliest-plan.Timeout, s.end)
	if len(slots) == 0 {
		return Finding{}, fmt.Errorf("lane %s has no slot after the deed", plan.Lane)
	}
	failed, latest, outside := 0, time.Duration(0), []string{}
	for i := range slots {
		x := slotOf(&slots[i])
		if !x.failed() {
			continue
		}
		failed++
		late, explained := sinceEnd(exits, x.due, plan.Timeout)
		if explained {
			latest = max(latest, late)
		}
		if !explained || late > w.To {
			outside = append(outside, fmt.Sprintf("%s at %s", x.class, offset(x.due)))
		}
	}
	f := found(len(outside) == 0,
		fmt.Sprintf("%s: failures only within %s of a container's end", plan.Lane, short(w.To)),
		fmt.Sprintf("%s: %d of %d failed, the last of them %s after one of %d ends", plan.Lane, failed, len(slots), short(latest), len(exits)),
		w.Reasons())
	if len(outside) > 0 {
		f.Got += fmt.Sprintf("; %d elsewhere: %s", len(outside), few(outside))
	}
	return f.measured(latest, w), nil
}

// sinceEnd is how long after the latest end a slot was due; one that was under way at
// an end, within its time-out, was due at it. ok is false if none was before.
func sinceEnd(ends []time.Duration, due, timeout time.Duration) (late time.Duration, ok bool) {
	for _, end := range ends {
		if end > due+timeout {
			continue
		}
		if d := max(due-end, 0); !ok || d < late {
			late, ok = d, true
		}
	}
	return late, ok
}
