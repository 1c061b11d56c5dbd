package judge

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// rolling returns the Deployment that the deed rolls: the one among its targets,
// or the only one whose template's pods changed.
func (s *scene) rolling() (*model.Deployment, error) {
	for _, target := range slices.Concat(s.began.Targets, s.deed.Targets) {
		if d := s.w.Deployment(target[strings.LastIndex(target, "/")+1:]); d != nil {
			return d, nil
		}
	}
	for _, p := range slices.Concat(s.hit(), s.endpointsAt(s.deed.Earliest), s.podsAt(s.deed.Earliest)) {
		if d := s.w.DeploymentOf(p.owner); d != nil {
			return d, nil
		}
	}
	return nil, fmt.Errorf("the record does not say which Deployment was rolled (targets %v)", s.deed.Targets)
}

// rolled returns the Deployment that the deed rolls and what is known of its
// replicas, in the order of time.
func (s *scene) rolled() (*model.Deployment, []history.Interval, error) {
	d, err := s.rolling()
	if err != nil {
		return nil, nil, err
	}
	all := s.intervals(history.SourceReplicas, "Deployment/"+d.Name)
	if len(all) == 0 {
		return nil, nil, fmt.Errorf("the record has no replica counts of Deployment %s", d.Name)
	}
	return d, all, nil
}

// VersionsAlternate expects that while a rollout lasts old and new answer side by
// side on lane fresh: the first new answer comes before the last old one.
func VersionsAlternate() Expectation { return expectation{"versions-alternate", judgeAlternate} }

func judgeAlternate(s *scene) (Finding, error) {
	deeds := s.rollouts()
	if len(deeds) == 0 {
		return Finding{}, fmt.Errorf("the record has no mark %q", history.PhaseFault)
	}
	var all []Finding
	for n, deed := range deeds {
		until := s.end
		if n+1 < len(deeds) {
			until = deeds[n+1].Earliest
		}
		f, err := s.alternate(deed, until)
		if err != nil {
			return Finding{}, err
		}
		all = append(all, f)
	}
	return together(all), nil
}

// alternate judges one rollout, from its deed to the next one. Old is every version that
// answered before the deed: routes may still lead to the one before the last.
func (s *scene) alternate(deed history.Mark, until time.Duration) (Finding, error) {
	old := map[string]bool{}
	for _, x := range s.fresh(0, deed.Earliest) {
		old[x.Version] = true
	}
	delete(old, "")
	if len(old) == 0 {
		return Finding{}, fmt.Errorf("no answer before the deed names its version")
	}
	firstNew, lastOld, changes, latest := time.Duration(-1), time.Duration(-1), 0, true
	for _, x := range s.fresh(deed.Earliest, until) {
		if x.Version == "" || x.Class.Failed() {
			continue
		}
		if old[x.Version] != latest {
			changes, latest = changes+1, old[x.Version]
		}
		if old[x.Version] {
			lastOld = x.Due
		} else if firstNew < 0 {
			firstNew = x.Due
		}
	}
	const want = "old and new answers side by side while the rollout lasts"
	const from = "strategy RollingUpdate: old pods stay until new ones are available"
	names := strings.Join(slices.Sorted(maps.Keys(old)), ", ")
	if firstNew < 0 {
		return found(false, want, "no answer of another version than "+names, from), nil
	}
	got := fmt.Sprintf("after %s: first new answer at %s, last old one at %s, %d changes", names, offset(firstNew), offset(lastOld), changes)
	f := found(firstNew < lastOld && changes > 1, want, got, from)
	if lull, mixed := s.w.Propagated(), s.mixed(deed, until); f.Status == Fail && mixed > 0 && mixed <= lull.To {
		f.Status, f.LimitFrom = Pass, f.LimitFrom+"; "+lull.Reasons()
		f.Want += fmt.Sprintf(", if endpoints of both are ready for longer than the %s that routes may be behind", short(lull.To))
		f.Got += fmt.Sprintf("; both were for %s, and routes may have left that out", short(mixed))
	}
	return f, nil
}

// mixed is for how long the API called pods from before the deed and pods made since ready
// endpoints at once: from the first of these to the last of those.
func (s *scene) mixed(deed history.Mark, until time.Duration) time.Duration {
	firstNew, lastOld := until, deed.Earliest
	for _, p := range s.pods() {
		for _, i := range s.spells(history.SourceEndpoint, p.name) {
			switch {
			case i.State != "ready" || !sameUID(i, p):
			case p.from < deed.Earliest:
				lastOld = max(lastOld, min(i.To, until))
			default:
				firstNew = min(firstNew, i.From)
			}
		}
	}
	return max(0, lastOld-firstNew)
}

// SurgeKept expects that there were never more pods than replicas + maxSurge,
// those being deleted not counted.
func SurgeKept() Expectation {
	return expectation{"surge", func(s *scene) (Finding, error) {
		f := s.keepsSurge()
		if f.Status == Skipped {
			return Finding{}, fmt.Errorf("the record has no counts of any Deployment's pods")
		}
		return f, nil
	}}
}

// RolledOut expects that the rollout completed inside its window: every replica
// updated and available, none of the old left.
func RolledOut() Expectation { return expectation{"rolled-out", judgeRolledOut} }

func judgeRolledOut(s *scene) (Finding, error) {
	d, counts, err := s.rolled()
	if err != nil {
		return Finding{}, err
	}
	return s.rolledOut(d, counts, s.lastRollout(d), s.end)
}

// FirstRolledOut expects the same of the first of several rollouts.
func FirstRolledOut() Expectation {
	return expectation{"first-rolled-out", func(s *scene) (Finding, error) {
		d, counts, err := s.rolled()
		if err != nil {
			return Finding{}, err
		}
		if s.lastRollout(d).Earliest == s.deed.Earliest {
			return Finding{}, fmt.Errorf("the record has one rollout of Deployment %s only", d.Name)
		}
		return s.rolledOut(d, counts, s.deed, s.nextDeed().Earliest)
	}}
}

// nextDeed is the deed after the first, or one at the end if there is none.
func (s *scene) nextDeed() history.Mark {
	for _, m := range marksOf(s.h, history.PhaseFault) {
		if m.Earliest > s.deed.Earliest {
			return m
		}
	}
	return history.Mark{Earliest: s.end, Latest: s.end}
}

// rolledOut judges the rollout that the deed began, and that was to be over by then.
func (s *scene) rolledOut(d *model.Deployment, counts []history.Interval, since history.Mark, by time.Duration) (Finding, error) {
	const what = "rollout complete"
	began, ok := first(counts, since.Earliest, func(i history.Interval) bool { return !complete(i) })
	w, err := model.RolledOut(inForce(d, began))
	if err != nil {
		return Finding{}, err
	}
	if !ok {
		return never(w, what, "it never began: all replicas stayed as they were"), nil
	}
	done, ok := first(counts, began.From, complete)
	if !ok || done.From >= by {
		last := counts[len(counts)-1]
		return never(w, what, fmt.Sprintf("not complete at the end: %s of %s updated, %s available",
			last.Attrs[history.AttrUpdated], last.Attrs[history.AttrDesired], last.Attrs[history.AttrAvailable])+s.whyNotReady(d)), nil
	}
	return timed(w, since, done.From, what), nil
}

// inForce is the Deployment with the size and the strategy that it had at the time of
// one of its counts.
func inForce(d *model.Deployment, counts history.Interval) *model.Deployment {
	replicas, ok := number(counts, history.AttrDesired)
	if !ok {
		replicas = model.Replicas(d)
	}
	return model.InForce(d, replicas, counts.Attrs[history.AttrStrategy])
}

// complete is Kubernetes' own rule (controller/deployment/util DeploymentComplete).
func complete(i history.Interval) bool {
	desired, ok := number(i, history.AttrDesired)
	for _, attr := range []string{history.AttrUpdated, history.AttrReplicas, history.AttrAvailable} {
		n, known := number(i, attr)
		ok = ok && known && n == desired
	}
	return ok && i.Attrs["observed"] == i.Attrs["generation"]
}

// RolloutStalls expects that new pods wait for the reason ("ErrImagePull",
// "ImagePullBackOff"), or to be restarted after it ("OOMKilled"), and that the rollout
// is called stuck at its deadline.
func RolloutStalls(reason string) Expectation {
	return expectation{"rollout-stalls", func(s *scene) (Finding, error) {
		d, _, err := s.rolled()
		if err != nil {
			return Finding{}, err
		}
		waiting := slices.ContainsFunc(s.intervals(history.SourceContainer, ""), func(i history.Interval) bool {
			return i.From >= s.deed.Earliest && i.State == "waiting" &&
				(i.Attrs[history.AttrReason] == reason || i.Attrs[history.AttrLastReason] == reason || reason == oomKilled && s.killed(pod{uid: i.Attrs[history.AttrUID]}))
		})
		if !waiting {
			return never(model.Deadline(d), reason+", then "+stuckReason, "no new pod ever waited for "+reason), nil
		}
		return s.stallsFor(reason)
	}}
}

// stuckReason is what a rollout that missed its deadline is called.
const stuckReason = "ProgressDeadlineExceeded"

// stallsFor judges whether the rollout, whose reason to be stuck was seen, was
// called stuck at its deadline.
func (s *scene) stallsFor(reason string) (Finding, error) {
	d, counts, err := s.rolled()
	if err != nil {
		return Finding{}, err
	}
	w := model.Deadline(d)
	stalled, ok := s.stalled(d)
	if !ok {
		if w.To == model.Forever || s.undone().Earliest-s.deed.Latest < w.To {
			return Finding{}, fmt.Errorf("the rollout was undone before its deadline of %s", w.Range())
		}
		return never(w, stuckReason, "never called stuck"), nil
	}
	f := timed(w, history.Mark{Earliest: s.deed.Earliest, Latest: max(s.deed.Latest, lastProgress(counts, stalled))}, stalled, stuckReason)
	f.Want, f.Got = reason+", then "+f.Want, reason+" seen; "+f.Got
	return f, nil
}

// stalled is when the Deployment's rollout was called stuck.
func (s *scene) stalled(d *model.Deployment) (time.Duration, bool) {
	i, ok := first(s.intervals(history.SourceDeployment, d.Name+"/Progressing"), s.deed.Earliest, func(i history.Interval) bool {
		return i.State == "False" && i.Attrs[history.AttrReason] == stuckReason
	})
	return i.From, ok && i.From < s.end
}

// lastProgress is the last change of the replica counts before t: the deadline
// counts from there.
func lastProgress(counts []history.Interval, t time.Duration) time.Duration {
	last := time.Duration(0)
	for _, i := range counts {
		// What changes in the second of the deadline itself is its effect.
		if i.From <= t-time.Second {
			last = max(last, i.From)
		}
	}
	return last
}

// NoRollback expects that nothing undoes a stuck rollout by itself: until we undo
// it, the Deployment's revision stays and its new pods are still wanted.
func NoRollback() Expectation { return expectation{"no-rollback", judgeNoRollback} }

func judgeNoRollback(s *scene) (Finding, error) {
	d, err := s.rolling()
	if err != nil {
		return Finding{}, err
	}
	stalled, ok := s.stalled(d)
	undone := s.undone().Earliest
	if !ok || stalled >= undone {
		return Finding{}, fmt.Errorf("the rollout was not called stuck before it was undone")
	}
	var changes []string
	seen := map[string]string{}
	for _, i := range s.intervals(history.SourceReplicas, "") {
		if !strings.HasSuffix(i.Subject, "/"+d.Name) && !strings.HasPrefix(i.Subject, "ReplicaSet/"+d.Name+"-") || i.From >= undone || i.To <= stalled {
			continue
		}
		now := fmt.Sprintf("revision %s, desired %s", cmp.Or(i.Attrs[history.AttrRevision], "?"), cmp.Or(i.Attrs[history.AttrDesired], "?"))
		if was, known := seen[i.Subject]; known && was != now {
			changes = append(changes, fmt.Sprintf("%s: %s became %s at %s", i.Subject, was, now, offset(i.From)))
		}
		seen[i.Subject] = now
	}
	if len(seen) == 0 {
		return Finding{}, fmt.Errorf("the record has no replica counts of Deployment %s", d.Name)
	}
	got := fmt.Sprintf("unchanged for %s", short(undone-stalled))
	if len(changes) > 0 {
		got = strings.Join(changes, "; ")
	}
	return found(len(changes) == 0, "no change after the deadline until it is undone", got,
		"Kubernetes has no automatic rollback (controller/deployment/progress.go)"), nil
}

// UndoRestores expects that the undo of a rollout brings the old version back:
// complete, and every ready pod of a template that ran before the deed.
func UndoRestores() Expectation { return expectation{"undo-restores", judgeUndoRestores} }

func judgeUndoRestores(s *scene) (Finding, error) {
	d, counts, err := s.rolled()
	if err != nil {
		return Finding{}, err
	}
	undo, ok := mark(s.h, history.PhaseRecover)
	if !ok {
		return Finding{}, fmt.Errorf("the record has no mark %q: nothing was undone", history.PhaseRecover)
	}
	w, err := model.RolledOut(d)
	if err != nil {
		return Finding{}, err
	}
	w.From = 0 // old pods that never left need no time to come back
	const what = "old version restored"
	done := slices.IndexFunc(counts, func(i history.Interval) bool { return complete(i) && i.To > undo.Earliest && i.From < s.end })
	if done < 0 {
		return never(w, what, "not complete again before the end"), nil
	}
	old := map[string]bool{}
	for _, p := range s.podsAt(s.deed.Earliest) {
		old[p.hash] = true
	}
	for _, p := range s.podsAt(s.end) {
		if d := s.w.DeploymentOf(p.owner); d != nil && !old[p.hash] {
			return never(w, what, fmt.Sprintf("%s of another template is there still", p.name)), nil
		}
	}
	return timed(w, undo, max(counts[done].From, undo.Earliest), what), nil
}
