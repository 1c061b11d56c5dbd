package judge

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// NoLoss expects not one failed slot from the deed to the end on the lanes; on
// every lane if none is named.
func NoLoss(lanes ...string) Expectation {
	return expectation{"no-loss", func(s *scene) (Finding, error) {
		lanes, err := s.lanesOr(lanes)
		if err != nil {
			return Finding{}, err
		}
		var said []string
		var doubt error
		failed, slots, longest := 0, 0, time.Duration(0)
		for _, lane := range lanes {
			got, err := s.lostAfterDeed(lane)
			if err != nil {
				return Finding{}, err
			}
			failed, slots, longest = failed+got.failed, slots+got.slots, max(longest, got.longest)
			said = append(said, lane+": "+got.String())
			if s.h.Meta.Fault != "" {
				doubt = errors.Join(doubt, got.sure(lane, 0))
			}
		}
		if failed == 0 && doubt != nil {
			return Finding{}, doubt
		}
		f := found(failed == 0, "0 failed on "+strings.Join(lanes, ", "), strings.Join(said, "; "), "the scenario: its protections leave nothing to lose")
		return f.measured(longest, model.Between(0, 0)).counted(failed), nil
	}}
}

func (s *scene) lanesOr(lanes []string) ([]string, error) {
	if len(lanes) > 0 {
		return lanes, nil
	}
	all := laneNames(s.h)
	if len(all) == 0 {
		return nil, fmt.Errorf("the record has no load")
	}
	return slices.Clone(all), nil
}

// NoOutage expects that the service as a whole never stopped: no outage of lane
// fresh is longer than chance explains while a third of the endpoints is broken, or
// more of them where the deed hit more but not all. It is what a second replica buys.
func NoOutage() Expectation { return expectation{"no-outage", judgeNoOutage} }

func judgeNoOutage(s *scene) (Finding, error) {
	got, err := s.lostAfterDeed(history.LaneFresh)
	if err != nil {
		return Finding{}, err
	}
	plan, _ := planOf(s.h, history.LaneFresh)
	share, which := 1.0/3, "a third"
	if at, err := s.situation(); err == nil && at.Hit < at.Endpoints && float64(at.Hit)/float64(at.Endpoints) > share {
		share, which = float64(at.Hit)/float64(at.Endpoints), fmt.Sprintf("%d of %d", at.Hit, at.Endpoints)
	}
	limit := time.Duration(model.Streak(share, got.slots)) * plan.Interval()
	w := model.Between(0, limit, "runs of failures by chance, "+which+" of the endpoints broken, probability 1e-7")
	if got.longest <= limit {
		if err := got.sure(history.LaneFresh, limit); err != nil {
			return Finding{}, err
		}
	}
	f := found(got.longest <= limit+got.longestOff, "longest outage up to "+short(limit), got.String(), w.Reasons())
	return f.measured(got.longest, w), nil
}
