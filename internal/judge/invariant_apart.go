package judge

import (
	"fmt"
	"slices"

	"github.com/seatrial/seatrial/internal/history"
)

// keepsApart: every pod that answers is one of this trial's own namespace. An
// answer from another one's pod means that two trials share an address.
func (s *scene) keepsApart() Finding {
	ours := map[string]bool{}
	for _, i := range s.intervals(history.SourcePod, "") {
		ours[i.Subject] = true
	}
	in := s.counted()
	n, strangers := 0, map[string]bool{}
	var broken []string
	for _, x := range s.h.Samples {
		if x.Pod == "" || !in.holds(x.Due) || s.unseen(x.Due, history.SourcePod) {
			continue
		}
		n++
		if !ours[x.Pod] && !strangers[x.Pod] {
			strangers[x.Pod] = true
			broken = append(broken, fmt.Sprintf("%s, which is none of its pods, answered at %s", x.Pod, offset(x.Due)))
		}
	}
	slices.Sort(broken)
	return kept("every answer from a pod of the trial's own namespace", n, "answers", broken, "a namespace and a Service of its own for each trial")
}
