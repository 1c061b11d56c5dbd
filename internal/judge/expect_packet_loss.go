package judge

import (
	"fmt"
	"strconv"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// LossAsModelled expects of packets that are lost by chance that as many new connections
// fail as lose a SYN or its answer, and as many answers on open connections come late as
// lose a packet: for each loss of the trial, on either lane, inside the interval of chance.
func LossAsModelled() Expectation { return expectation{"loss-as-modelled", judgePacketLoss} }

func judgePacketLoss(s *scene) (Finding, error) {
	var all []Finding
	deeds, ends := s.deedsWithEnds()
	for n, deed := range deeds {
		dropped, ok := first(s.intervals(history.SourcePackets, ""), deed.Earliest, inState(history.StateDropped))
		percent, err := strconv.Atoi(dropped.Attrs[history.AttrPercent])
		if !ok || err != nil || dropped.From > ends[n] {
			return Finding{}, fmt.Errorf("the record does not say how many packets were dropped from %s on", offset(deed.Earliest))
		}
		for _, lane := range laneNames(s.h) {
			f, err := s.lossOn(lane, float64(percent)/100, deed.Latest, ends[n])
			if err != nil {
				return Finding{}, err
			}
			f.Got, f.Want = fmt.Sprintf("%d%%, %s: %s", percent, lane, f.Got), fmt.Sprintf("%d%%, %s: %s", percent, lane, f.Want)
			all = append(all, f)
		}
	}
	if len(all) == 0 {
		return Finding{}, fmt.Errorf("the record has no loss on any lane")
	}
	return inOne(all), nil
}

// lossOn compares one lane while one loss lasted: slots whose time-out ended before the
// next one began.
func (s *scene) lossOn(lane string, p float64, from, to time.Duration) (Finding, error) {
	plan, ok := planOf(s.h, lane)
	if !ok || !model.SeesSYNLoss(plan.Timeout) {
		return Finding{}, fmt.Errorf("lane %s waits for a second SYN: nothing that is lost can be seen on it", lane)
	}
	sent, hit := 0, 0
	slots := s.lane(lane, from, to-plan.Timeout)
	for i := range slots {
		x := slotOf(&slots[i])
		if slots[i].Class.Skipped() {
			continue
		}
		sent++
		late := lane == history.LaneReused && slots[i].Took >= model.LateAnswer
		if x.failed() || late {
			hit++
		}
	}
	if sent == 0 {
		return Finding{}, fmt.Errorf("lane %s has no slot while packets were lost", lane)
	}
	least, most := model.PacketLoss(sent, p)
	if least == 0 {
		return Finding{}, fmt.Errorf("%d slots of lane %s are too few to tell that loss from none", sent, lane)
	}
	what := "failed"
	if lane == history.LaneReused {
		what = "failed or late"
	}
	return found(hit >= least && hit <= most, fmt.Sprintf("%d to %d of %d %s", least, most, sent, what), fmt.Sprintf("%d %s", hit, what),
		"a SYN or its answer, a request or its answer, lost by chance (1e-7); TCP sends a SYN again after 1s, a segment after 200ms"), nil
}
