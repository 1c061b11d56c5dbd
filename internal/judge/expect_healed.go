package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// calm is how long the lanes must be free of errors at the end: longer than a
// slot's time-out, so that no failure is still on its way.
const calm = 2 * time.Second

// Healed expects that at the end all is as it was: as many ready pods as the
// objects ask for, every lane free of errors for the last two seconds, and every
// pod that got stuck restarted or gone.
func Healed() Expectation { return expectation{"healed", judgeHealed} }

func judgeHealed(s *scene) (Finding, error) {
	if len(s.intervals(history.SourceReady, "")) == 0 {
		return Finding{}, fmt.Errorf("the record does not say which pods were ready")
	}
	var wrong, right []string
	note := func(ok bool, what string) {
		if ok {
			right = append(right, what)
		} else {
			wrong = append(wrong, what)
		}
	}
	desired, ready := s.wanted(), s.readyPods(s.end)
	note(ready >= desired, fmt.Sprintf("%d of %d pods ready", ready, desired))
	for _, lane := range laneNames(s.h) {
		got, err := s.lost(lane, s.end-calm, s.end)
		if err != nil {
			return Finding{}, err
		}
		note(got.failed == 0, lane+": "+got.String())
	}
	for _, p := range s.stuckStill() {
		note(false, p+" is stuck still")
	}
	return found(len(wrong) == 0,
		fmt.Sprintf("%d pods ready, 0 failed in the last %s, none stuck", desired, short(calm)),
		strings.Join(slices.Concat(wrong, right), "; "), "the replicas of the applied objects"), nil
}

// wanted is how many pods the applied objects ask for. A bare pod that disk
// pressure evicts is gone for good.
func (s *scene) wanted() int {
	n := len(s.w.Pods)
	if s.h.Meta.Fault == "pressure/disk-full" {
		n = 0
	}
	for i := range s.w.Deployments {
		n += model.Replicas(&s.w.Deployments[i])
	}
	for _, set := range s.w.StatefulSets {
		n += orOne(set.Spec.Replicas)
	}
	for _, set := range s.w.ReplicaSets {
		n += orOne(set.Spec.Replicas)
	}
	return n
}

// orOne: the API server fills in 1 where nothing is said.
func orOne(replicas *int32) int {
	if replicas == nil {
		return 1
	}
	return int(*replicas)
}

// readyPods counts the pods that are ready at t and not being deleted.
func (s *scene) readyPods(t time.Duration) int {
	return len(slices.DeleteFunc(s.podsAt(t), func(p pod) bool { return !s.readyAt(p, t) }))
}

// stuckStill lists the pods whose log says "stuck" and no start after it, and
// which are there at the end.
func (s *scene) stuckStill() []string {
	var names []string
	for _, p := range s.podsAt(s.end) {
		stuck := s.app(p, history.AppStuck, p.from)
		if len(stuck) > 0 && len(s.app(p, history.AppStart, stuck[len(stuck)-1].From)) == 0 {
			names = append(names, p.name)
		}
	}
	return names
}
