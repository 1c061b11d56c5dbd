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
// failed had none in time. Where they took more than half of it before anything was done,
// the machine has too much to do to tell.
func LatencyWithin(limit time.Duration) Expectation {
	return expectation{"latency", func(s *scene) (Finding, error) { return s.latencyWithin(limit) }}
}

// leastAnswers is how many slots a 99th percentile needs.
const leastAnswers = 100

func (s *scene) latencyWithin(limit time.Duration) (Finding, error) {
	steady, _ := mark(s.h, history.PhaseSteady)
	inPlace := s.deed.Latest
	if seen, ok := mark(s.h, history.PhaseSeen); ok {
		inPlace = seen.Latest // until then the sensors were at work, on the same node
	}
	worst, said := time.Duration(0), []string(nil)
	for _, lane := range laneNames(s.h) {
		before, err := s.percentile99(lane, steady.Latest, s.deed.Earliest)
		if err != nil {
			return Finding{}, err
		}
		during, err := s.percentile99(lane, inPlace, s.undone().Earliest)
		if err != nil {
			return Finding{}, err
		}
		if before > limit/2 {
			return Finding{}, fmt.Errorf("99 of 100 answers on lane %s took %s before anything was done, more than half of the limit: the machine has too much to do", lane, short(before))
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

// leastAsked is how many questions a 99th percentile of the API server's answers needs.
const leastAsked = 50

// APIAnswersWithin expects that the API server, asked while the fault was in place,
// answers 99 of 100 questions within the limit, counted from when they were due. One that
// it refused or did not answer counts as late. It counts those that it answered in time.
func APIAnswersWithin(limit time.Duration) Expectation {
	return expectation{"api-latency", func(s *scene) (Finding, error) {
		var took []time.Duration
		late := 0
		for _, i := range s.intervals(history.SourceAPI, "") {
			took = append(took, i.To-i.From)
			if i.State != history.StateAnswered || i.To-i.From > limit {
				late++
			}
		}
		if len(took) < leastAsked {
			return Finding{}, fmt.Errorf("the API server was asked %d times: too few for a percentile", len(took))
		}
		slices.Sort(took)
		p99 := took[(len(took)*99+99)/100-1]
		f := found(100*late <= len(took), "99 of 100 answers within "+short(limit),
			fmt.Sprintf("99 of 100 within %s, %d of %d late or refused", short(p99), late, len(took)),
			"Kubernetes' own objective for API calls on one object or namespace (sig-scalability/slos/api_call_latency.md)")
		f.Measured, f.To = milliseconds(p99), milliseconds(limit)
		return f.counted(len(took) - late), nil
	}}
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
