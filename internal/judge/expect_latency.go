package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// LatencyWithin expects that while the fault was in place 99 of 100 requests of every
// lane had their answer within the limit, counted from when they were due. One that
// failed had none in time.
func LatencyWithin(limit time.Duration) Expectation {
	return expectation{"latency", func(s *scene) (Finding, error) { return s.latencyWithin(limit) }}
}

// leastAnswers is how many slots a 99th percentile needs.
const leastAnswers = 100

func (s *scene) latencyWithin(limit time.Duration) (Finding, error) {
	steady, _ := mark(s.h, history.PhaseSteady)
	worst, said := time.Duration(0), []string(nil)
	for _, lane := range laneNames(s.h) {
		before, err := s.percentile99(lane, steady.Latest, s.deed.Earliest)
		if err != nil {
			return Finding{}, err
		}
		during, err := s.percentile99(lane, s.deed.Latest, s.undone().Earliest)
		if err != nil {
			return Finding{}, err
		}
		worst = max(worst, during)
		said = append(said, fmt.Sprintf("%s: %s, before it %s", lane, short(during), short(before)))
	}
	if len(said) == 0 {
		return Finding{}, fmt.Errorf("the record has no load")
	}
	f := found(worst <= limit, "99 of 100 answers within "+short(limit), strings.Join(said, "; "), "the scenario: what its users bear")
	f.Measured, f.To = milliseconds(worst), milliseconds(limit)
	return f, nil
}

// percentile99 is within what time 99 of 100 slots of a lane were answered.
func (s *scene) percentile99(lane string, from, to time.Duration) (time.Duration, error) {
	plan, ok := planOf(s.h, lane)
	slots := s.lane(lane, from, to)
	if !ok || len(slots) < leastAnswers {
		return 0, fmt.Errorf("lane %s has %d slots from %s to %s: too few for a percentile", lane, len(slots), offset(from), offset(to))
	}
	took := make([]time.Duration, len(slots))
	for i := range slots {
		x := slotOf(&slots[i])
		if took[i] = slots[i].Sent + slots[i].Took - slots[i].Due; x.failed() {
			took[i] = max(took[i], plan.Timeout)
		}
	}
	slices.Sort(took)
	return took[(len(took)*99+99)/100-1], nil
}
