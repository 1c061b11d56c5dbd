package judge

import (
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// NoRetries expects that no request was tried again behind our back: one that
// was is a break that a client without retries feels.
func NoRetries() Expectation { return expectation{"no-retries", judgeNoRetries} }

func judgeNoRetries(s *scene) (Finding, error) {
	sent, retried := 0, 0
	for _, sample := range s.h.Samples {
		if sample.Class.Skipped() {
			continue
		}
		sent++
		if sample.Attempts > 1 || sample.Class == history.ClassRetried {
			retried++
		}
	}
	if sent == 0 {
		return Finding{}, fmt.Errorf("no request was sent")
	}
	return found(retried == 0, "no request tried twice", fmt.Sprintf("%d of %d requests tried again unseen", retried, sent),
		"a retry on a broken connection is a break that somebody without retries feels"), nil
}

// StallFlagged expects that a stall of the generator itself, which was planted, is in the
// record as such, as long as it was but for the time between two sends.
func StallFlagged(planted time.Duration) Expectation {
	return expectation{"stall-flagged", func(s *scene) (Finding, error) {
		if len(s.h.Meta.Load) == 0 {
			return Finding{}, fmt.Errorf("the record has no load, which could have stalled")
		}
		var longest history.Interval
		in := measured(s.h)
		for _, gap := range s.h.Gaps {
			if gap.Source == history.SourceLoad && gap.Overlaps(in.from, in.to) && gap.To-gap.From > longest.To-longest.From {
				longest = gap
			}
		}
		between := time.Duration(0)
		for _, plan := range s.h.Meta.Load {
			between = max(between, plan.Interval())
		}
		length := longest.To - longest.From
		return found(length >= planted-between, fmt.Sprintf("a stall of the load generator of %s in the record, ±%s", short(planted), short(between)),
			fmt.Sprintf("the longest took %s, at %s", short(length), offset(longest.From)), "planted by the canary"), nil
	}}
}
