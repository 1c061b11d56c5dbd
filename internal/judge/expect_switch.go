package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// Switched expects that after the Service's selector names the colour (or any
// other label value), no new connection reaches pods of another one later than
// propagation allows; and the same of every later change, such as the way back. The
// record must hold each of the switches for long enough.
func Switched(to string) Expectation {
	return expectation{"switched", func(s *scene) (Finding, error) {
		selectors := slices.DeleteFunc(s.spells(history.SourceService, ""), func(i history.Interval) bool { return i.From < s.deed.Earliest-logSlack })
		n := slices.IndexFunc(selectors, func(i history.Interval) bool {
			return strings.HasSuffix(","+i.State, "="+to) || strings.Contains(i.State, "="+to+",")
		})
		if n < 0 {
			return Finding{}, fmt.Errorf("the record has no selector of the Service that names %q", to)
		}
		f, err := s.switchedTo(selectors[n])
		if err != nil {
			return Finding{}, err
		}
		all := []Finding{f}
		for _, next := range selectors[n+1:] {
			if f, err := s.switchedTo(next); err == nil {
				all = append(all, f)
			}
		}
		if deeds := marksOf(s.h, history.PhaseFault); len(all) < len(deeds) {
			return Finding{}, fmt.Errorf("%d of %d switches can be judged: the record is too short after the others", len(all), len(deeds))
		}
		return together(all), nil
	}}
}

func (s *scene) switchedTo(next history.Interval) (Finding, error) {
	others, known := s.unselected(next.State)
	if !known {
		return Finding{}, fmt.Errorf("the record has no pod that the selector %q takes", next.State)
	}
	return s.switchedOver(next.From, min(next.To, s.end), others)
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

// most is the largest count that the set had between two instants.
func (x set) most(attr string, from, to time.Duration) int {
	most := x.number(attr, from)
	for _, i := range x.states {
		if n, ok := number(i, attr); ok && i.From >= from && i.From <= to {
			most = max(most, n)
		}
	}
	return most
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
	var all []Finding
	for n := 2; n < len(sets); n++ {
		if f, ok := rollover(sets[n-2], sets[n-1], sets[n]); ok {
			all = append(all, f)
		}
	}
	if len(all) == 0 {
		return Finding{}, fmt.Errorf("no rollover: no version came while two others had pods")
	}
	// An update and the one over it are two deeds.
	if asked := len(marksOf(s.h, history.PhaseFault)) / 2; len(all) < asked {
		return Finding{}, fmt.Errorf("%d of %d rollovers: at the others the version in the middle was alone already", len(all), asked)
	}
	return together(all), nil
}

// rollover judges three versions in a row; ok is false if the third did not come
// while both others had pods.
func rollover(v1, v2, v3 set) (f Finding, ok bool) {
	from := v3.states[0].From
	wanted, available := v2.wants(from), v2.available(from)
	if wanted == 0 || v1.wants(from) == 0 {
		return Finding{}, false
	}
	kept, got := retires(v1, v2, from, wanted, available)
	return found(kept, "the version in the middle never grows; its unavailable pods go first, then the version before it, then its available ones",
		fmt.Sprintf("newest version at %s, the middle one had %d pods, %d available; %s", offset(from), wanted, available, got),
		"controller/deployment/rolling.go cleanupUnhealthyReplicas, then the oldest ReplicaSet first"), true
}

func retires(v1, v2 set, from time.Duration, wanted, available int) (bool, string) {
	for _, i := range v2.states {
		if n, ok := number(i, history.AttrDesired); ok && i.From > from && n > wanted {
			return false, fmt.Sprintf("it grew to %d at %s", n, offset(i.From))
		}
	}
	oldShrinks, oldGone := v1.shrinks(from, v1.wants(from)), v1.shrinks(from, 1)
	// Pods may still have become available until the controller acted.
	if unready := v2.most(history.AttrAvailable, from, oldShrinks); wanted > unready {
		if cleaned := v2.shrinks(from, unready+1); cleaned > oldShrinks {
			return false, fmt.Sprintf("a pod of the version before it went at %s, before its own unavailable ones (%s)", offset(oldShrinks), offset(cleaned))
		}
	}
	if retired := v2.shrinks(from, max(available, 1)); available > 0 && retired < oldGone {
		return false, fmt.Sprintf("an available pod of it went at %s, before the version before it was gone (%s)", offset(retired), offset(oldGone))
	}
	return true, fmt.Sprintf("the version before it shrank from %s on and was gone at %s", offset(oldShrinks), offset(oldGone))
}
