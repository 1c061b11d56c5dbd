package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// Revisions expects of each deed, in their order, by how much it raises the
// Deployment's revision, and that none makes more ReplicaSets than revisions: what
// changes the pod template raises it by one, whatever else is changed leaves it.
//
//	Revisions(0, 1): scaled, then edited
//	Revisions(0, 0, 0, 1): paused, edited twice, resumed
func Revisions(rises ...int) Expectation {
	return expectation{"revisions", func(s *scene) (Finding, error) { return judgeRevisions(s, rises) }}
}

func judgeRevisions(s *scene, want []int) (Finding, error) {
	d, err := s.rolling()
	if err != nil {
		return Finding{}, err
	}
	deeds, ends := s.deedsWithEnds()
	if len(deeds) != len(want) {
		return Finding{}, fmt.Errorf("the record has %d deeds, and %d are expected", len(deeds), len(want))
	}
	sets := s.sets(d.Name)
	got, begin, last, fresh, rose, ok := make([]int, len(deeds)), 0, 0, 0, 0, true
	for n, deed := range deeds {
		from, to := latestRevision(sets, deed.Earliest), latestRevision(sets, ends[n])
		if from == 0 {
			return Finding{}, fmt.Errorf("the record has no revision of a ReplicaSet of Deployment %s at %s", d.Name, offset(deed.Earliest))
		}
		if n == 0 {
			begin = from
		}
		made := cameBetween(sets, deed.Earliest, ends[n])
		got[n], last, fresh, rose = to-from, to, fresh+made, rose+to-from
		ok = ok && got[n] == want[n] && made <= got[n]
	}
	return found(ok, "the revision rises by "+commas(want)+" with the deeds",
		fmt.Sprintf("by %s, from %d to %d, with %d new ReplicaSets", commas(got), begin, last, fresh),
		"a Deployment rolls when its pod template changes, and only then (controller/deployment/sync.go getNewReplicaSet)").counted(rose), nil
}

// latestRevision is the highest revision that any of the sets was given before t; 0
// if none was.
func latestRevision(sets []set, t time.Duration) int {
	latest := 0
	for _, x := range sets {
		for _, i := range x.states {
			if n, ok := number(i, history.AttrRevision); ok && i.From < t {
				latest = max(latest, n)
			}
		}
	}
	return latest
}

// cameBetween counts the sets that came between two instants.
func cameBetween(sets []set, from, to time.Duration) int {
	n := 0
	for _, x := range sets {
		if t := x.states[0].From; t >= from && t < to {
			n++
		}
	}
	return n
}

func commas(all []int) string {
	words := make([]string, len(all))
	for n, v := range all {
		words[n] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}

// PodsKept expects that between the first deed and the last no pod that was there
// goes or is restarted: what was done first reaches no running pod.
func PodsKept() Expectation { return expectation{"pods-kept", judgePodsKept} }

func judgePodsKept(s *scene) (Finding, error) {
	last := s.lastDeed()
	there := s.podsAt(s.began.Earliest)
	switch {
	case last.Earliest <= s.began.Earliest:
		return Finding{}, fmt.Errorf("the record has one deed: nothing lies between the first and the last")
	case len(there) == 0:
		return Finding{}, fmt.Errorf("the record has no pod at the first deed")
	}
	var wrong []string
	for _, p := range there {
		if p.leaving < last.Earliest {
			wrong = append(wrong, fmt.Sprintf("%s went at %s", p.name, offset(p.leaving)))
			continue
		}
		restarts, err := s.restarted(p, s.began.Earliest, last.Earliest)
		if err != nil {
			return Finding{}, err
		}
		if restarts > 0 {
			wrong = append(wrong, fmt.Sprintf("%s was restarted %d times", p.name, restarts))
		}
	}
	got := fmt.Sprintf("%d pods, all as they were for %s", len(there), short(last.Earliest-s.began.Latest))
	if len(wrong) > 0 {
		got = few(wrong)
	}
	return found(len(wrong) == 0, "no pod goes or is restarted between the first deed and the last", got,
		"pods are made from the pod template, and never changed afterwards (controller/replicaset/replica_set.go)").counted(len(wrong)), nil
}
