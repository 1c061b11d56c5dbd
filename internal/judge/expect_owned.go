package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
)

// OwnedComeBack expects that each pod with an owner that went since the deed has a
// successor of the same owner at the undo, ready or not, and that bare pods which went
// stay away. Both kinds must have gone.
func OwnedComeBack() Expectation { return expectation{"owned-come-back", judgeOwned} }

func judgeOwned(s *scene) (Finding, error) {
	undone := s.undone().Earliest
	gone, there := map[string]int{}, map[string]int{}
	var bare []pod
	for _, p := range s.podsAt(s.began.Earliest) {
		switch {
		case p.leaving >= undone:
		case p.owner == "":
			bare = append(bare, p)
		default:
			gone[p.owner]++
		}
	}
	if len(gone) == 0 || len(bare) == 0 {
		return Finding{}, fmt.Errorf("of %d owners and %d bare pods a pod went before the undo: both kinds must", len(gone), len(bare))
	}
	var wrong []string
	for _, p := range s.podsAt(undone) {
		if p.from < s.began.Earliest {
			continue
		}
		there[p.owner]++
		if slices.ContainsFunc(bare, func(b pod) bool { return b.name == p.name }) {
			wrong = append(wrong, "bare pod "+p.name+" is there again")
		}
	}
	var got []string
	for owner, n := range gone {
		got = append(got, fmt.Sprintf("%s: %d of %d", owner, there[owner], n))
		if there[owner] != n {
			wrong = append(wrong, fmt.Sprintf("%s made %d for the %d that went", owner, there[owner], n))
		}
	}
	slices.Sort(got)
	slices.Sort(wrong)
	said := fmt.Sprintf("made again: %s; %d bare pods stay away", strings.Join(got, ", "), len(bare))
	if len(wrong) > 0 {
		said = strings.Join(wrong, "; ")
	}
	return found(len(wrong) == 0, "one successor for each pod with an owner, none for a bare pod", said,
		"a controller makes what its replicas ask for (controller/replicaset, controller/statefulset); nobody makes bare pods"), nil
}

// unsaid names those of the pods in whose states nobody says the words.
func (s *scene) unsaid(pods []pod, words string) []string {
	var silent []string
	for _, p := range pods {
		if !slices.ContainsFunc(s.intervals(history.SourcePod, p.name), func(i history.Interval) bool {
			return sameUID(i, p) && strings.Contains(i.Detail, words)
		}) {
			silent = append(silent, p.name)
		}
	}
	return silent
}
