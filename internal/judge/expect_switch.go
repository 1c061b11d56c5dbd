package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// Switched expects that after the Service's selector names the colour (or any
// other label value), no new connection reaches pods of another one later than propagation allows.
func Switched(to string) Expectation {
	return expectation{"switched", func(s *scene) (Finding, error) {
		next, ok := first(s.intervals(history.SourceService, ""), s.deed.Earliest-logSlack, func(i history.Interval) bool {
			return strings.HasSuffix(","+i.State, "="+to) || strings.Contains(i.State, "="+to+",")
		})
		if !ok {
			return Finding{}, fmt.Errorf("the record has no selector of the Service that names %q", to)
		}
		until := min(next.To, s.end) // switched back
		others, known := s.unselected(next.State)
		if !known {
			return Finding{}, fmt.Errorf("the record has no pod that the selector %q takes", next.State)
		}
		return s.switchedOver(next.From, until, others)
	}}
}

// unselected returns which pods a selector does not take; known says that it takes any.
func (s *scene) unselected(selector string) (others map[string]bool, known bool) {
	others = map[string]bool{}
	for _, p := range s.pods() {
		d := s.w.DeploymentOf(p.owner)
		if d == nil {
			continue
		}
		if selects(selector, d.Spec.Template.Labels) {
			known = true
		} else {
			others[p.name] = true
		}
	}
	return others, known
}

func (s *scene) switchedOver(from, until time.Duration, others map[string]bool) (Finding, error) {
	w := s.w.Propagated()
	samples := s.fresh(from, until)
	if len(samples) == 0 || samples[len(samples)-1].Due < from+w.To {
		return Finding{}, fmt.Errorf("lane fresh has no slot after the switch had to be settled (%s)", short(w.To))
	}
	last, late := from, 0
	for _, x := range samples {
		if !others[x.Pod] || x.Class.Failed() {
			continue
		}
		last = max(last, x.Sent)
		if x.Sent > from+w.To {
			late++
		}
	}
	f := timed(w, instant(from), last, "last new connection to the old")
	if late > 0 {
		f.Status = Fail
	}
	f.Got += fmt.Sprintf(", %d late", late)
	return f, nil
}

// RolloverRetires expects that a version which is superseded in mid-rollout is
// retired: it never grows once its successor is there; of it, pods that are not
// available go before any of the first version; and pods that are available go
// only after the first version is gone.
func RolloverRetires() Expectation { return expectation{"rollover", judgeRollover} }

// A set is a ReplicaSet's wish over time.
type set struct {
	name   string
	states []history.Interval
}

// wants is how many pods the set wants at t, available how many are.
func (x set) wants(t time.Duration) int     { return x.number(history.AttrDesired, t) }
func (x set) available(t time.Duration) int { return x.number(history.AttrAvailable, t) }

func (x set) number(attr string, t time.Duration) int {
	last := 0
	for _, i := range x.states {
		if i.From > t {
			break
		}
		last, _ = number(i, attr)
	}
	return last
}

// shrinks returns the first instant from t on at which the set wants fewer pods
// than limit, or history.Open.
func (x set) shrinks(t time.Duration, limit int) time.Duration {
	for _, i := range x.states {
		if n, ok := number(i, history.AttrDesired); ok && i.From >= t && n < limit {
			return i.From
		}
	}
	return history.Open
}

// sets lists the ReplicaSets of the rolled Deployment in the order in which they came.
func (s *scene) sets(deployment string) []set {
	var all []set
	for _, i := range s.intervals(history.SourceReplicas, "") {
		if !strings.HasPrefix(i.Subject, "ReplicaSet/"+deployment+"-") {
			continue
		}
		n := 0
		for n < len(all) && all[n].name != i.Subject {
			n++
		}
		if n == len(all) {
			all = append(all, set{name: i.Subject})
		}
		all[n].states = append(all[n].states, i)
	}
	return all
}

func judgeRollover(s *scene) (Finding, error) {
	d, err := s.rolling()
	if err != nil {
		return Finding{}, err
	}
	sets := s.sets(d.Name)
	if len(sets) < 3 {
		return Finding{}, fmt.Errorf("the record has %d ReplicaSets of Deployment %s, a rollover has 3", len(sets), d.Name)
	}
	v1, v2, v3 := sets[0], sets[1], sets[2]
	from := v3.states[0].From
	wanted, available := v2.wants(from), v2.available(from)
	if wanted == 0 || v1.wants(from) == 0 {
		return Finding{}, fmt.Errorf("no rollover: %d pods of the first version and %d of the second when the third came", v1.wants(from), wanted)
	}
	ok, got := retires(v1, v2, from, wanted, available)
	return found(ok, "the second version never grows; its unavailable pods go first, then the first version, then its available ones",
		fmt.Sprintf("third version at %s, the second had %d pods, %d available; %s", offset(from), wanted, available, got),
		"controller/deployment/rolling.go cleanupUnhealthyReplicas, then the oldest ReplicaSet first"), nil
}

func retires(v1, v2 set, from time.Duration, wanted, available int) (bool, string) {
	for _, i := range v2.states {
		if n, ok := number(i, history.AttrDesired); ok && i.From > from && n > wanted {
			return false, fmt.Sprintf("it grew to %d at %s", n, offset(i.From))
		}
	}
	oldShrinks, oldGone := v1.shrinks(from, v1.wants(from)), v1.shrinks(from, 1)
	if wanted > available {
		if cleaned := v2.shrinks(from, available+1); cleaned > oldShrinks {
			return false, fmt.Sprintf("a pod of the first version went at %s, before the unavailable ones (%s)", offset(oldShrinks), offset(cleaned))
		}
	}
	if retired := v2.shrinks(from, max(available, 1)); available > 0 && retired < oldGone {
		return false, fmt.Sprintf("an available pod of it went at %s, before the first version was gone (%s)", offset(retired), offset(oldGone))
	}
	return true, fmt.Sprintf("the first version shrank from %s on and was gone at %s", offset(oldShrinks), offset(oldGone))
}
