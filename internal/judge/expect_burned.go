package judge

import (
	"fmt"

	"github.com/seatrial/seatrial/internal/history"
)

// Burned expects that so many pods of this owner, "Job/batch", took processor time, by the
// kernel's own count, and ran until the undo: without it whoever was not disturbed had
// nothing to bear.
func Burned(owner string, pods int) Expectation {
	return expectation{"burned", func(s *scene) (Finding, error) {
		var burned int
		var gone []string
		for _, p := range s.pods() {
			if p.owner != owner || p.from < s.began.Earliest {
				continue
			}
			burning, ok := first(s.intervals(history.SourceCPU, p.name), 0, inState(history.StateBurning))
			if millis, _ := number(burning, history.AttrMillis); !ok || millis == 0 {
				continue
			}
			burned++
			if end := min(p.leaving, p.to); end < s.undone().Earliest {
				gone = append(gone, fmt.Sprintf("%s ended at %s", p.name, offset(end)))
			}
		}
		if burned < pods {
			return Finding{}, fmt.Errorf("%d pods of %s are known to have taken processor time, %d were to", burned, owner, pods)
		}
		got := fmt.Sprintf("%d pods did", burned)
		if len(gone) > 0 {
			got = few(gone)
		}
		return found(len(gone) == 0, fmt.Sprintf("%d pods of %s take processor time until the undo", pods, owner), got, "the fault"), nil
	}}
}
