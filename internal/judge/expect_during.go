package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// RolledOutElsewhere expects that a rollout in the middle of which nodes died is
// complete, before anybody starts them again, inside its window and for good: with
// every pod that counts on another node.
func RolledOutElsewhere() Expectation {
	return expectation{"rolled-out-elsewhere", judgeRolledOutElsewhere}
}

func judgeRolledOutElsewhere(s *scene) (Finding, error) {
	d, counts, err := s.rolled()
	if err != nil {
		return Finding{}, err
	}
	if !s.inRollout() || len(s.intervals(history.SourceNode, s.deed.Targets[0])) == 0 {
		return Finding{}, fmt.Errorf("the record has no node that died in a rollout (targets %v)", s.deed.Targets)
	}
	since := s.lastRollout(d)
	at, _ := s.at(history.SourceReplicas, "Deployment/"+d.Name, s.deed.Earliest)
	w, err := s.w.RolledOutDespite(inForce(d, at), s.deed.Targets[0])
	if err != nil {
		return Finding{}, err
	}
	const what = "rollout complete for good"
	undone := s.undone().Earliest
	done, ok := wholeSince(counts, undone)
	if !ok && undone-since.Earliest < w.To {
		return Finding{}, fmt.Errorf("the node was started %s after the rollout began, before that must be complete without it (%s)", short(undone-since.Earliest), w.Range())
	}
	if !ok {
		now, _ := s.at(history.SourceReplicas, "Deployment/"+d.Name, undone)
		return never(w, what, fmt.Sprintf("not complete when the node was started again: %s of %s updated, %s available",
			now.Attrs[history.AttrUpdated], now.Attrs[history.AttrDesired], now.Attrs[history.AttrAvailable])), nil
	}
	var stranded []string
	for _, p := range s.podsAt(done) {
		if slices.Contains(s.deed.Targets, p.node) {
			stranded = append(stranded, p.name+" on "+p.node)
		}
	}
	f := timed(w, since, done, what)
	if len(stranded) > 0 {
		f.Status = Fail
	}
	f.Got += fmt.Sprintf(", %d pods on dead nodes %s", len(stranded), strings.Join(stranded, ", "))
	return f, nil
}

// wholeSince is since when the Deployment has been complete at t without a break; ok
// is false if it is not.
func wholeSince(counts []history.Interval, t time.Duration) (since time.Duration, ok bool) {
	for _, i := range counts {
		if i.From > t {
			break
		}
		if whole := complete(i); whole != ok {
			since, ok = i.From, whole
		}
	}
	return since, ok
}
