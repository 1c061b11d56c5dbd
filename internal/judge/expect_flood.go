package judge

import (
	"fmt"
	"math"
	"time"

	"github.com/seatrial/seatrial/internal/model"
)

// Flooded expects that from the flood to its undo no more requests were answered in
// time than the workers of the pods that were hit can serve: all the others waited
// in line in vain.
func Flooded() Expectation { return expectation{"flooded", judgeFlooded} }

func judgeFlooded(s *scene) (Finding, error) {
	hit, err := s.mustHit()
	if err != nil {
		return Finding{}, err
	}
	workers, answer, from := 0, time.Duration(0), s.deed.Latest
	for _, p := range hit {
		_, c, err := s.of(p)
		if err != nil {
			return Finding{}, err
		}
		turned, ok := s.knob(p, "answer-time")
		took, err := time.ParseDuration(turned.Attrs["value"])
		if !ok || err != nil || took <= 0 || model.Workers(c) == 0 {
			return Finding{}, fmt.Errorf("the record does not say how many workers of pod %s take how long for an answer", p.name)
		}
		workers, answer, from = workers+model.Workers(c), took, max(from, turned.From)
	}
	until := s.undone().Earliest
	good, slots := 0, 0
	for _, lane := range laneNames(s.h) {
		plan, _ := planOf(s.h, lane)
		for _, x := range s.lane(lane, from, until-plan.Timeout) {
			slots++
			if !x.Class.Failed() {
				good++
			}
		}
	}
	if slots == 0 {
		return Finding{}, fmt.Errorf("no lane has a slot between the flood and its undo")
	}
	most := workers * int(math.Ceil(float64(until-from)/float64(answer)))
	return found(good <= most && most < slots, fmt.Sprintf("at most %d of %d requests answered in time", most, slots),
		fmt.Sprintf("%d of %d answered in time from %s to %s", good, slots, offset(from), offset(until)),
		fmt.Sprintf("WORKERS: %d of %d pods, %s for an answer", workers, len(hit), answer)), nil
}
