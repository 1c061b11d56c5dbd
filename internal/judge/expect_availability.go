package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// AvailabilityKept expects that from the deed on there were never fewer available
// pods than replicas - maxUnavailable. A pod whose readiness its kubelet took back
// (see takenBack) is counted as available, and named.
func AvailabilityKept() Expectation { return expectation{"availability", judgeAvailability} }

func judgeAvailability(s *scene) (Finding, error) {
	d, counts, err := s.rolled()
	if err != nil {
		return Finding{}, err
	}
	least, when, limit, seen, named := 0, time.Duration(0), model.Bounds{}, false, []string(nil)
	for _, i := range counts {
		n, ok := number(i, history.AttrAvailable)
		if !ok || !i.Overlaps(s.began.Earliest, s.end) {
			continue
		}
		b, err := boundsOf(d, i)
		if err != nil {
			return Finding{}, err
		}
		if n < b.MinAvailable() {
			back := s.takenBack(d.Name, i)
			n += len(back)
			named = append(named, back...)
		}
		// The narrowest: what was available above what had to be.
		if !seen || n-b.MinAvailable() < least-limit.MinAvailable() {
			least, when, limit, seen = n, i.From, b, true
		}
	}
	if !seen {
		return Finding{}, fmt.Errorf("the record does not say how many pods of Deployment %s were available", d.Name)
	}
	f := found(least >= limit.MinAvailable(), fmt.Sprintf("at least %d available", limit.MinAvailable()),
		fmt.Sprintf("at least %d, at %s", least, offset(when)), limit.Because).counted(least)
	if len(named) > 0 {
		f.Want += ", with those that a kubelet took back as they became ready (kubelet.go SyncPod)"
		f.Got += "; taken back though its probes passed: " + strings.Join(slices.Compact(slices.Sorted(slices.Values(named))), ", ")
	}
	return f, nil
}

// takenBack lists the pods of a Deployment, as many as were at one instant, that were missing
// from a count of the available only since their kubelet had written an old status over a
// newer one. SyncPod reads whether the containers are ready (generateAPIPodStatus), and stores
// that (SetPodStatus); what a probe that passed in between had stored (status_manager.go
// SetContainerReadiness) is lost until the sync that this probe asked for. On a busy node that
// is a tenth of a second or two after a pod has become ready: the app has no part in it, nor
// has the rollout, which may have gone on when it saw the pod ready.
func (s *scene) takenBack(deployment string, count history.Interval) []string {
	var all []string
	var spells []history.Interval
	for _, p := range s.pods() {
		if of, _ := s.deploymentOf(p); of != deployment {
			continue
		}
		if lost, ok := s.flap(p); ok && lost.Overlaps(count.From-watchSlack, count.To) && count.To <= lost.To+watchSlack {
			all = append(all, fmt.Sprintf("%s for %s at %s", p.name, short(lost.To-lost.From), offset(lost.From)))
			spells = append(spells, lost)
		}
	}
	var most []string
	for _, then := range spells {
		var at []string
		for n, lost := range spells {
			if lost.At(then.From) {
				at = append(at, all[n])
			}
		}
		if len(at) > len(most) {
			most = at
		}
	}
	return most
}

// flap is when the kubelet took the pod's readiness back: within a period of its probe after
// the pod had become ready for the first time, for less than one, and without a probe that
// failed.
func (s *scene) flap(p pod) (lost history.Interval, ok bool) {
	c := model.Serving(s.w.Spec(p.name, p.owner))
	if c == nil || c.ReadinessProbe == nil || c.ReadinessProbe.HTTPGet == nil {
		return lost, false
	}
	period := time.Duration(c.ReadinessProbe.PeriodSeconds) * time.Second
	spells := slices.DeleteFunc(s.spells(history.SourceReady, p.name), func(i history.Interval) bool { return !sameUID(i, p) })
	n := slices.IndexFunc(spells, inState("True"))
	if n < 0 || n+2 >= len(spells) {
		return lost, false
	}
	before, lost, after := spells[n], spells[n+1], spells[n+2]
	return lost, lost.Attrs[history.AttrReason] == "ContainersNotReady" && after.State == "True" &&
		before.To == lost.From && lost.To == after.From && lost.From-before.From < period && lost.To-lost.From < period &&
		p.leaving > lost.To && s.passedOnly(p, c.ReadinessProbe.HTTPGet.Path, before.From, lost.To)
}

// eventsLate is how long after a probe has failed a busy kubelet may tell of it.
const eventsLate = 5 * time.Second

// passedOnly reports whether it is on record that the readiness probes of the pod passed from
// the one on that made it ready, and that it was not restarted, until the end of the span.
func (s *scene) passedOnly(p pod, path string, from, to time.Duration) bool {
	if slices.ContainsFunc(s.h.Gaps, func(g history.Interval) bool {
		return (g.Source == history.SourceApp || g.Source == history.SourceEvent) && g.Overlaps(from-watchSlack, to+eventsLate)
	}) {
		return false
	}
	passed := false
	for _, i := range s.app(p, history.AppProbe, 0) {
		if i.Attrs[history.AttrPath] != path || i.From > to {
			continue
		}
		if healthy(i) {
			passed = true
		} else if passed && i.From > from {
			return false
		}
	}
	_, failed := first(s.intervals(history.SourceEvent, "Pod/"+p.name), from, func(i history.Interval) bool {
		return i.State == "Unhealthy" && i.From <= to+eventsLate && !strings.HasPrefix(i.Attrs[history.AttrMessage], "Liveness")
	})
	restarts, err := s.restarted(p, from, to)
	return passed && !failed && err == nil && restarts == 0
}
