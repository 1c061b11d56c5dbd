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

// Healed expects that at the end all is as it was: as many ready pods of each owner as the
// objects ask for and no more, every lane free of errors for the last two seconds, and every
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
	there := slices.DeleteFunc(s.podsAt(s.end), func(p pod) bool { return !s.readyAt(p, s.end) })
	desired, missing := 0, false
	for _, d := range s.due() {
		ready := len(slices.DeleteFunc(slices.Clone(there), func(p pod) bool { return !d.is(p) }))
		if desired += d.pods; ready != d.pods {
			missing = true
			note(false, fmt.Sprintf("%s: %d of %d pods ready", d.of, ready, d.pods))
		}
	}
	note(!missing, fmt.Sprintf("%d of %d pods ready", len(there), desired))
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

// A due is what the objects ask for of one owner's pods.
type due struct {
	of   string
	pods int
	is   func(pod) bool
}

// due lists what is asked for at the end: of a Deployment what it says then, for a trial
// may scale it. A bare pod that disk pressure evicts is gone for good.
func (s *scene) due() []due {
	var all []due
	for i := range s.w.Deployments {
		name, n := s.w.Deployments[i].Name, model.Replicas(&s.w.Deployments[i])
		if now, ok := s.at(history.SourceReplicas, "Deployment/"+name, s.end); ok {
			if desired, ok := number(now, history.AttrDesired); ok {
				n = desired
			}
		}
		all = append(all, due{name, n, func(p pod) bool { d, ok := s.deploymentOf(p); return ok && d == name }})
	}
	owned := func(owner string, replicas *int32) {
		all = append(all, due{owner, orOne(replicas), func(p pod) bool { return p.owner == owner }})
	}
	for _, set := range s.w.StatefulSets {
		owned("StatefulSet/"+set.Name, set.Spec.Replicas)
	}
	for _, set := range s.w.ReplicaSets {
		owned("ReplicaSet/"+set.Name, set.Spec.Replicas)
	}
	for i := range s.w.Pods {
		if name := s.w.Pods[i].Name; model.HarmOf(s.h.Meta.Fault) != model.DiskFills {
			all = append(all, due{"Pod/" + name, 1, func(p pod) bool { return p.name == name }})
		}
	}
	return all
}

// orOne: the API server fills in 1 where nothing is said.
func orOne(replicas *int32) int {
	if replicas == nil {
		return 1
	}
	return int(*replicas)
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
