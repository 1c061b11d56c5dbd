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
// pods than replicas - maxUnavailable. Pods whose readiness their kubelet took back
// (see takenBack) are counted as available, and named.
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
			lost := s.takenBack(d.Name, i)
			n += len(lost)
			named = append(named, lost...)
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
		f.Want += ", not counting what a kubelet takes back for less than a period of the probe (kubelet.go SyncPod)"
		f.Got += "; taken back though its probes passed: " + strings.Join(slices.Compact(named), ", ")
	}
	return f, nil
}

// takenBack lists the pods of a Deployment that were missing from a count of the available
// only since their kubelet had written an old status over a newer one. SyncPod reads whether
// the containers are ready (generateAPIPodStatus), and stores that (SetPodStatus); what a
// probe that passed in between had stored (status_manager.go SetContainerReadiness) is lost
// until the sync that this probe asked for. On a busy node that is a tenth of a second or
// two after a pod has become ready: the app has no part in it, nor has the rollout, which
// may have gone on when it saw the pod ready.
func (s *scene) takenBack(deployment string, count history.Interval) []string {
	var all []string
	for _, p := range s.pods() {
		of, _ := s.deploymentOf(p)
		c := model.Serving(s.w.Spec(p.name, p.owner))
		if of != deployment || c == nil || c.ReadinessProbe == nil {
			continue
		}
		spells := s.spells(history.SourceReady, p.name)
		for n := 1; n+1 < len(spells); n++ {
			before, lost, after := spells[n-1], spells[n], spells[n+1]
			flap := before.State == "True" && lost.State == "False" && after.State == "True" &&
				before.To == lost.From && lost.To == after.From && sameUID(before, p) && sameUID(after, p)
			if flap && lost.To-lost.From < period(c) && lost.Overlaps(count.From-watchSlack, count.To) &&
				s.passedOnly(p, c, before.From, lost.To) {
				all = append(all, fmt.Sprintf("%s for %s at %s", p.name, short(lost.To-lost.From), offset(lost.From)))
			}
		}
	}
	return all
}

// passedOnly reports whether the pod's own log has its readiness probes passed, at least one,
// and its process not started again, up to the end of the span, and no event tells of a probe
// that failed in it.
func (s *scene) passedOnly(p pod, c *model.Container, from, to time.Duration) bool {
	get := c.ReadinessProbe.HTTPGet
	if get == nil || p.leaving <= to {
		return false
	}
	passed := 0
	for _, i := range s.app(p, history.AppProbe, from-period(c)) {
		if i.Attrs[history.AttrPath] != get.Path || i.From > to {
			continue
		}
		if !healthy(i) {
			return false
		}
		passed++
	}
	again, started := first(s.app(p, history.AppStart, from), from, inState(history.AppStart))
	_, failed := first(s.intervals(history.SourceEvent, "Pod/"+p.name), from, func(i history.Interval) bool {
		return i.State == "Unhealthy" && i.From <= to+watchSlack
	})
	return passed > 0 && !failed && !(started && again.From <= to)
}

// period is how often the container is asked whether it is ready.
func period(c *model.Container) time.Duration {
	return time.Duration(c.ReadinessProbe.PeriodSeconds) * time.Second
}
