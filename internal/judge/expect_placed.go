package judge

import (
	"fmt"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
)

// NeverPlaced expects that so many pods of this owner, "Job/batch", came after the deed and
// that none of them was given a node before the undo.
func NeverPlaced(owner string, pods int) Expectation {
	return expectation{"never-placed", func(s *scene) (Finding, error) {
		came, undone := 0, s.undone().Earliest
		var placed []string
		for _, p := range s.pods() {
			if p.owner != owner || p.from < s.began.Earliest || p.from >= undone {
				continue
			}
			came++
			if i, ok := s.sent(p); ok && i.From < undone {
				placed = append(placed, fmt.Sprintf("%s on %s at %s", p.name, i.Attrs[history.AttrNode], offset(i.From)))
			}
		}
		switch {
		case came < pods:
			return Finding{}, fmt.Errorf("%d pods of %s came between the deed and its undo, %d were to", came, owner, pods)
		case s.unseenSince(s.began.Earliest, undone, history.SourcePod):
			return Finding{}, fmt.Errorf("nobody saw the pods for a while between the deed and its undo")
		}
		got := fmt.Sprintf("%d pods came, none was given a node", came)
		if len(placed) > 0 {
			got = strings.Join(placed, "; ")
		}
		return found(len(placed) == 0, "no pod of "+owner+" is given a node before the undo", got,
			"a taint that they do not tolerate (scheduler/framework/plugins/tainttoleration)").counted(len(placed)), nil
	}}
}
