package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// ErrorsEnd expects that the errors of a bad version end inside the window that
// begins with the last deed, its undo, on every lane.
func ErrorsEnd() Expectation { return expectation{"errors-end", judgeErrorsEnd} }

func judgeErrorsEnd(s *scene) (Finding, error) {
	d, err := s.rolling()
	if err != nil {
		return Finding{}, err
	}
	if len(s.h.Meta.Load) == 0 {
		return Finding{}, fmt.Errorf("the record has no load")
	}
	undo := s.lastDeed()
	var all []Finding
	var wants []string
	for _, plan := range s.h.Meta.Load {
		before, err := s.lost(plan.Lane, undo.Earliest-time.Second, undo.Earliest)
		if err != nil {
			return Finding{}, err
		}
		if before.failed == 0 {
			return Finding{}, fmt.Errorf("nothing failed on lane %s in the second before the undo: there was no bad version", plan.Lane)
		}
		w, err := s.w.RolledBack(d, plan)
		if err != nil {
			return Finding{}, err
		}
		f := s.endsAfter(undo, plan, w)
		all, wants = append(all, f), append(wants, f.Want)
	}
	joined := together(all)
	joined.Want = strings.Join(wants, "; ")
	return joined, nil
}

// RevisionRises expects that an undo, the last deed, makes a new revision: the
// Deployment's rises by one, and the ReplicaSet of the template that ran at first
// has it.
func RevisionRises() Expectation { return expectation{"revision-rises", judgeRevision} }

func judgeRevision(s *scene) (Finding, error) {
	d, err := s.rolling()
	if err != nil {
		return Finding{}, err
	}
	before, ok := s.revisionAt("Deployment/"+d.Name, s.lastDeed().Earliest)
	after, also := s.revisionAt("Deployment/"+d.Name, s.end)
	if !ok || !also {
		return Finding{}, fmt.Errorf("the record has no revision of Deployment %s", d.Name)
	}
	original := s.hashesAt(s.deed.Earliest)
	sets := slices.DeleteFunc(s.intervals(history.SourceReplicas, ""), func(i history.Interval) bool {
		return !strings.HasPrefix(i.Subject, "ReplicaSet/") || !i.At(s.end-1) || !original[i.Attrs[history.AttrHash]]
	})
	if len(sets) == 0 {
		return Finding{}, fmt.Errorf("the record has no ReplicaSet of the template that ran at first")
	}
	of, _ := number(sets[0], history.AttrRevision)
	return found(after == before+1 && of == after,
		fmt.Sprintf("revision %d, the first template's", before+1),
		fmt.Sprintf("revision %d, %s has %d", after, sets[0].Subject, of),
		"an undo is a rollout of the old template (controller/deployment/sync.go getNewReplicaSet)"), nil
}

func (s *scene) revisionAt(subject string, t time.Duration) (int, bool) {
	i, ok := s.at(history.SourceReplicas, subject, t-1)
	if !ok {
		return 0, false
	}
	return number(i, history.AttrRevision)
}
