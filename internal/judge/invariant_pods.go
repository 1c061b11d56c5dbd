package judge

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// deploymentOf is the Deployment that the pod belongs to; ok is false for pods
// that no Deployment made.
func (s *scene) deploymentOf(p pod) (name string, ok bool) {
	d := s.w.DeploymentOf(p.owner)
	if d == nil {
		return "", false
	}
	return d.Name, true
}

// bounds are the bounds of a Deployment that asks for so many replicas about t. Its
// strategy may change in mid-trial, and for as long as nobody knows which one
// holds the wider bound of either end counts.
func (s *scene) bounds(deployment string, replicas int, t time.Duration) (most, least int, err error) {
	strategies := map[string]bool{}
	for _, i := range s.intervals(history.SourceReplicas, "Deployment/"+deployment) {
		if i.From <= t+watchSlack && i.To >= t-watchSlack {
			strategies[i.Attrs[history.AttrStrategy]] = true
		}
	}
	least = replicas
	for strategy := range strategies {
		b, err := model.BoundsWith(s.w.Deployment(deployment), replicas, strategy)
		if err != nil {
			return 0, 0, err
		}
		most, least = max(most, b.MaxPods()), min(least, b.MinAvailable())
	}
	return most, least, nil
}

// asked is the least and the most that the Deployment asked for about t; ok is
// false when nobody knows, or when it was not there at some time about t.
func (s *scene) asked(deployment string, t time.Duration) (least, most int, ok bool) {
	from, to := t-watchSlack, t+watchSlack
	until := from
	for _, i := range s.intervals(history.SourceReplicas, "Deployment/"+deployment) {
		n, known := number(i, history.AttrDesired)
		if !known || i.To < from || i.From > to {
			continue
		}
		if i.From > until {
			return 0, 0, false
		}
		if !ok {
			least, most, ok = n, n, true
		}
		least, most, until = min(least, n), max(most, n), max(until, i.To)
	}
	return least, most, ok && until >= min(to, s.end)
}

// counted are the instants of [steady, drain) at which what is counted changes.
func (s *scene) counted() span { return measured(s.h) }

// keepsSurge: replicas + maxSurge bound the pods that are neither terminating nor
// done, but for moments: the Deployment controller counts what its ReplicaSets
// ask for, and each of them creates and deletes on its own.
func (s *scene) keepsSurge() Finding {
	const want = "non-terminating pods of a Deployment at most replicas + maxSurge, but for 1s"
	var broken []string
	n := 0
	for _, d := range s.w.Deployments {
		states := s.podStates(d.Name)
		since := history.Open
		for _, t := range s.changes(states) {
			_, asked, ok := s.asked(d.Name, t)
			most, _, err := s.bounds(d.Name, asked, t)
			if !ok || err != nil || s.unseen(t, history.SourcePod, history.SourceReplicas) {
				since = history.Open
				continue
			}
			n++
			pods := living(states, t)
			if len(pods) <= most {
				since = history.Open
				continue
			}
			since = min(since, t)
			if lasting := s.until(states, t) - since; lasting > watchSlack {
				broken = append(broken, fmt.Sprintf("%s had %d pods from %s on, at most %d allowed: %s",
					d.Name, len(pods), offset(since), most, strings.Join(pods, ", ")))
			}
		}
	}
	return kept(want, n, "states", broken, "spec.strategy.rollingUpdate.maxSurge (controller/deployment/util NewRSNewReplicas)")
}

// podStates are the states of the pods that the Deployment made.
func (s *scene) podStates(deployment string) []history.Interval {
	return slices.DeleteFunc(s.intervals(history.SourcePod, ""), func(i history.Interval) bool {
		d := s.w.DeploymentOf(i.Attrs[history.AttrOwner])
		return d == nil || d.Name != deployment
	})
}

// living names the pods that are active at t, as a ReplicaSet counts
// (controller/controller_utils.go IsPodActive).
func living(states []history.Interval, t time.Duration) []string {
	pods := map[string]bool{}
	for _, i := range states {
		if i.At(t) && i.State != "Terminating" && i.State != "Succeeded" && i.State != "Failed" {
			pods[i.Subject] = true
		}
	}
	return slices.Sorted(maps.Keys(pods))
}

// changes are the instants at which one of the states began or ended, or a sensor
// turned blind or saw again, in order, and the beginning of the count.
func (s *scene) changes(states []history.Interval) []time.Duration {
	in := s.counted()
	all := []time.Duration{in.from}
	for _, i := range slices.Concat(states, s.h.Gaps) {
		for _, t := range []time.Duration{i.From, i.To} {
			if in.holds(t) {
				all = append(all, t)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// until is the next change after t, or the next instant at which nobody looks.
func (s *scene) until(states []history.Interval, t time.Duration) time.Duration {
	for _, next := range s.changes(states) {
		if next > t {
			return next
		}
	}
	return s.counted().to
}

// unseen reports whether one of the sources was blind about t.
func (s *scene) unseen(t time.Duration, sources ...string) bool {
	return slices.ContainsFunc(s.h.Gaps, func(g history.Interval) bool {
		return slices.Contains(sources, g.Source) && g.Overlaps(t-watchSlack, t+watchSlack)
	})
}

// keepsAvailable: a rollout deletes a ready pod only where replicas -
// maxUnavailable others are available. What a fault made unavailable is not the
// rollout's doing, but it must not go on as if it were there: so what is judged
// is each deletion of a ready pod that the fault did not hit. Pods that were
// ready within the last second count, for the controller may not have known.
func (s *scene) keepsAvailable() Finding {
	const want = "no ready pod deleted by its Deployment unless replicas - maxUnavailable others are available"
	in := s.counted()
	var broken []string
	n := 0
	for _, p := range s.pods() {
		d, ours := s.deploymentOf(p)
		if !ours || !in.holds(p.leaving) || !s.readyAt(p, p.leaving-1) || s.struck(p) {
			continue
		}
		asked, _, ok := s.asked(d, p.leaving)
		_, least, err := s.bounds(d, asked, p.leaving)
		if !ok || err != nil || s.unseen(p.leaving, history.SourcePod, history.SourceReplicas) {
			continue
		}
		n++
		left := s.available(d, p)
		if len(left) < least {
			broken = append(broken, fmt.Sprintf("%s was deleted at %s with %d others available, at least %d needed",
				p.name, offset(p.leaving), len(left), least))
		}
	}
	return kept(want, n, "deletions", broken, "spec.strategy.rollingUpdate.maxUnavailable (controller/deployment/rolling.go)")
}

// struck reports whether a deed was done to the pod or its node.
func (s *scene) struck(p pod) bool {
	targets := targetsOf(s.h)
	return slices.Contains(targets, p.name) || p.node != "" && slices.Contains(targets, p.node)
}

// available lists the pods of the Deployment that are left and available when
// the pod is deleted: ready about then, and before for as long as
// minReadySeconds asks. Stamps of whole seconds let that be a second less.
func (s *scene) available(deployment string, deleted pod) []string {
	t := deleted.leaving
	minReady := time.Duration(s.w.Deployment(deployment).Spec.MinReadySeconds) * time.Second
	var left []string
	for _, p := range s.pods() {
		if d, _ := s.deploymentOf(p); d != deployment || p.from > t || p.leaving <= t || p.to <= t || p.uid == deleted.uid && p.name == deleted.name {
			continue
		}
		for _, i := range s.intervals(history.SourceReady, p.name) {
			if i.State == "True" && sameUID(i, p) && i.From+max(minReady-watchSlack, 0) <= t+watchSlack && i.To >= t-watchSlack {
				left = append(left, p.name)
				break
			}
		}
	}
	return left
}
