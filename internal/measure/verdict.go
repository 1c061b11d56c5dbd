package measure

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/load"
)

// As in a trial (internal/judge): a load that misses more than 1 % of its slots is
// not the load that was asked for, stalls apart, of which a tenth is too many.
const (
	minSent    = 0.99
	maxStalled = 0.10
)

// verdict says whether anything is proven, and then what.
func (m *measurement) verdict(r Result, report load.Report, doubt error) (judge.Status, string) {
	if why := m.unproven(report, r.Errors, doubt); why != "" {
		return judge.Invalid, why
	}
	limit := m.options.maxMs()
	status, why, worst := judge.Pass, "", 0.0
	for _, name := range m.options.lanes() {
		least, most := r.bounds(name)
		worst = max(worst, most)
		switch {
		case limit != nil && least > *limit:
			return judge.Fail, fmt.Sprintf("lane %s was down for %.0f ms in all, at most %s was allowed", name, r.Down(name), m.options.MaxDowntime)
		case open(r.Lanes[name]):
			status = judge.Invalid
			why = fmt.Sprintf("lane %s was still down at the end, for %.0f ms so far: how long it lasts is not known", name, r.Down(name))
		case limit != nil && most > *limit:
			status = judge.Invalid
			why = fmt.Sprintf("the meter stood still in an outage of lane %s: it was down for %.0f to %.0f ms in all, at most %s was allowed", name, least, most, m.options.MaxDowntime)
		}
	}
	if blind := r.Tester.BlindMs; limit != nil && status == judge.Pass && blind > 0 && worst+blind > *limit {
		return judge.Invalid, fmt.Sprintf("nobody looked for %.0f ms in all, the meter's own trouble: more than %s of downtime may have been there", blind, m.options.MaxDowntime)
	}
	return status, why
}

// open reports whether the lane was down at the end.
func open(l judge.Lane) bool {
	n := len(l.Windows)
	return n > 0 && l.Windows[n-1].OpenEnded
}

// bounds are the least and the most, in milliseconds, that a lane may have been down since the
// command began: how an outage went on while the meter stood still was seen by nobody.
func (r Result) bounds(lane string) (least, most float64) {
	least, most = r.Down(lane), r.Down(lane)
	for _, w := range r.Lanes[lane].Windows {
		if length := w.ToMs - w.FromMs; w.Stalled && !r.Before(w) {
			least, most = least-max(0, length-w.ShortestMs), most+max(0, w.LongestMs-length)
		}
	}
	return max(0, least), most
}

// unproven is why nothing is proven; "" if something is.
func (m *measurement) unproven(report load.Report, errs Errors, doubt error) string {
	for _, l := range report.Lanes {
		slots, stalled := float64(l.Slots), float64(l.Skipped[history.ClassStall])
		due := minSent*(slots-stalled) - 1
		switch {
		case l.OK == 0:
			return fmt.Sprintf("lane %s never had a good answer from %s (%s)", l.Name, redacted(m.options.URL), kinds(l, errs[l.Name]))
		case stalled > maxStalled*slots:
			return fmt.Sprintf("the meter stood still for %.0f %% of lane %s: this machine is too busy to measure", 100*stalled/slots, l.Name)
		case float64(l.Sent) < due:
			return fmt.Sprintf("lane %s sent %.0f/s of the %d/s asked for: --rate %.0f is what this machine can send", l.Name, l.Achieved, l.Rate, 0.9*l.Achieved)
		case float64(l.OK+l.Failures()) < due:
			return fmt.Sprintf("lane %s could not ask for %d of %d slots, by trouble on this side (%s)", l.Name, l.Skips(), l.Slots, listed(l.Skipped, errs[l.Name]))
		}
	}
	switch {
	case doubt != nil:
		return doubt.Error()
	case len(report.Lanes) == 0:
		return "the meter left no report"
	}
	return ""
}

// kinds says how a lane's slots failed, if none was good.
func kinds(l load.LaneReport, said map[history.Class]string) string {
	if all := l.Failures() + l.Skips(); all == 0 {
		return fmt.Sprintf("%d slots in %s", l.Slots, time.Duration(l.Slots)*time.Second/time.Duration(max(l.Rate, 1)))
	}
	both := maps.Clone(l.Failed)
	if both == nil {
		both = map[history.Class]uint64{}
	}
	maps.Copy(both, l.Skipped)
	return listed(both, said)
}

// listed are classes of slots with their numbers, and what the first of each had to say.
//
//	"refused 100: connect: connection refused, status 3: status 404 Not Found"
func listed(counts map[history.Class]uint64, said map[history.Class]string) string {
	var all []string
	for _, class := range slices.Sorted(maps.Keys(counts)) {
		if counts[class] == 0 {
			continue
		}
		text := fmt.Sprintf("%s %d", class, counts[class])
		if said[class] != "" {
			text += ": " + said[class]
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}
