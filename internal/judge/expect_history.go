package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// HistoryKept expects that of the old ReplicaSets those of the newest revisions are
// kept, as many as revisionHistoryLimit says, and the others removed: both when the
// last deed comes, and at the end. What it counts are those that there are at the end.
func HistoryKept() Expectation { return expectation{"history-kept", judgeHistory} }

func judgeHistory(s *scene) (Finding, error) {
	d, err := s.rolling()
	if err != nil {
		return Finding{}, err
	}
	limit := 10 // the API server's default
	if n := d.Spec.RevisionHistoryLimit; n != nil {
		limit = int(*n)
	}
	sets := s.sets(d.Name)
	if len(sets) <= limit+1 {
		return Finding{}, fmt.Errorf("the record has %d ReplicaSets of Deployment %s: with a limit of %d none has to be removed", len(sets), d.Name, limit)
	}
	var all []Finding
	for _, t := range []time.Duration{s.lastDeed().Earliest, s.end - 1} {
		all = append(all, historyAt(sets, limit, t))
	}
	both := together(all)
	both.Count = all[1].Count // not their sum
	return both, nil
}

func historyAt(sets []set, limit int, t time.Duration) Finding {
	var known, there []int
	for _, x := range sets {
		if x.states[0].From > t {
			continue
		}
		n := x.number(history.AttrRevision, t)
		known = append(known, n)
		if slices.ContainsFunc(x.states, func(i history.Interval) bool { return i.At(t) }) {
			there = append(there, n)
		}
	}
	slices.Sort(known)
	slices.Sort(there)
	want := known[max(len(known)-limit-1, 0):]
	return found(slices.Equal(there, want), fmt.Sprintf("the current ReplicaSet and the %d before it, no other", limit),
		fmt.Sprintf("at %s revisions %s of %s", offset(t), commas(there), commas(known)),
		fmt.Sprintf("revisionHistoryLimit %d (controller/deployment/sync.go cleanupDeployment)", limit)).counted(len(there))
}

// UndoneTo expects that the last deed, going back to that revision, brings its
// ReplicaSet back: it gets the next number, and is the only one that wants pods.
func UndoneTo(revision int) Expectation {
	return expectation{"undone-to", func(s *scene) (Finding, error) {
		d, err := s.rolling()
		if err != nil {
			return Finding{}, err
		}
		sets, deed, end := s.sets(d.Name), s.lastDeed().Earliest, s.end-1
		n := slices.IndexFunc(sets, func(x set) bool { return x.number(history.AttrRevision, deed) == revision })
		if n < 0 {
			return Finding{}, fmt.Errorf("the record has no ReplicaSet of revision %d", revision)
		}
		next, now := latestRevision(sets, deed)+1, sets[n].number(history.AttrRevision, end)
		ok := now == next && sets[n].wants(end) > 0
		for o, x := range sets {
			ok = ok && (o == n || x.wants(end) == 0)
		}
		return found(ok, fmt.Sprintf("the ReplicaSet of the revision gets number %d and all of the pods", next),
			fmt.Sprintf("%s has number %d and wants %d pods", sets[n].name, now, sets[n].wants(end)),
			"kubectl rollout undo applies the revision's template (kubectl/pkg/polymorphichelpers/rollback.go), which has its ReplicaSet still"), nil
	}}
}
