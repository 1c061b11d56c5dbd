package judge

import (
	"fmt"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
)

// NeverPlaced expects that pods of this owner, "Job/batch", came after the deed and that
// none of them was given a node before the undo.
func NeverPlaced(owner string) Expectation {
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
		if came == 0 {
			return Finding{}, fmt.Errorf("no pod of %s came between the deed and its undo", owner)
		}
		got := fmt.Sprintf("%d pods came, none was given a node", came)
		if len(placed) > 0 {
			got = strings.Join(placed, "; ")
		}
		return found(len(placed) == 0, "no pod of "+owner+" is given a node before the undo", got,
			"a taint that they do not tolerate (scheduler/framework/plugins/tainttoleration)").counted(len(placed)), nil
	}}
}
