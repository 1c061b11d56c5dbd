package judge

import (
	"fmt"

	"github.com/seatrial/seatrial/internal/history"
)

// Throttled expects that every pod that was hit, by the kernel's own count, was held
// back in most of its scheduling periods, and not restarted until the undo: its CPU limit
// holds, and nothing else happens. It counts in how many periods of a hundred.
func Throttled() Expectation {
	return expectation{"throttled", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.throttled)
	}}
}

func (s *scene) throttled(p pod) (Finding, error) {
	i, ok := first(s.intervals(history.SourceCPU, p.name), 0, inState(history.StateBurning))
	if !ok {
		return Finding{}, fmt.Errorf("the record does not say how much processor time pod %s had", p.name)
	}
	periods, _ := number(i, history.AttrPeriods)
	throttled, _ := number(i, history.AttrThrottled)
	restarts, err := s.restarted(p, s.deed.Earliest, s.undone().Earliest)
	if err != nil {
		return Finding{}, err
	}
	got := fmt.Sprintf("%s ms of processor time in %s, held back in %d of %d periods, %d restarts", i.Attrs[history.AttrMillis], short(i.To-i.From), throttled, periods, restarts)
	f := found(periods > 0 && 2*throttled > periods && restarts == 0, "held back in most periods, 0 restarts", got, "resources.limits.cpu (CFS quota, kernel/sched/fair.c)")
	return f.counted(100 * throttled / max(periods, 1)), nil
}
