package judge

import (
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// FollowsDependency expects that every pod which asks another app for its readiness
// was called unready inside the window that begins when that app lost its last
// endpoint, and ready again inside the one that begins when it had one again.
func FollowsDependency() Expectation {
	return expectation{"follows-dependency", func(s *scene) (Finding, error) {
		var asking []pod
		on := ""
		for _, p := range s.podsAt(s.deed.Earliest) {
			if _, c, err := s.of(p); err == nil && model.DependsOn(c) != "" {
				asking, on = append(asking, p), model.DependsOn(c)
			}
		}
		if len(asking) == 0 {
			return Finding{}, fmt.Errorf("no pod depends on another app")
		}
		down, up, err := s.away(on)
		if err != nil {
			return Finding{}, err
		}
		return each(asking, func(p pod) (Finding, error) { return s.follows(p, down, up) })
	}}
}

// away is when the last endpoint of a service went after the deed, and when it had
// one again; history.Open if it never had. Of a service that was only cut off it is the
// cut, and its undo.
func (s *scene) away(service string) (down, up time.Duration, err error) {
	if model.HarmOf(s.h.Meta.Fault) == model.CutOff {
		return s.deed.Latest, s.undone().Earliest, nil
	}
	up = history.Open
	for _, i := range s.spells(history.SourceEndpoint, "") {
		if i.State != "ready" || i.Attrs[history.AttrService] != service {
			continue
		}
		if i.From <= s.deed.Latest {
			down = max(down, i.To)
		} else {
			up = min(up, i.From)
		}
	}
	if down < s.deed.Earliest-logSlack || down >= s.end {
		return 0, 0, fmt.Errorf("the record does not say that service %s lost its endpoints", service)
	}
	return down, up, nil
}

func (s *scene) follows(p pod, down, up time.Duration) (Finding, error) {
	_, c, err := s.of(p)
	if err != nil {
		return Finding{}, err
	}
	spells := s.spells(history.SourceReady, p.name)
	if len(spells) == 0 {
		return Finding{}, fmt.Errorf("the record does not say when pod %s was ready", p.name)
	}
	gone := s.w.FollowsDown(c)
	unready, ok := first(spells, s.deed.Earliest, inState("False"))
	if !ok || unready.From >= s.end {
		return never(gone, "unready", "never unready"), nil
	}
	f := timed(gone, history.Mark{Earliest: s.deed.Earliest, Latest: down}, unready.From, "unready")
	back := s.w.FollowsUp(c)
	ready, ok := first(spells, max(unready.From, up), inState("True"))
	if up >= s.end || !ok || ready.From >= s.end {
		f.Status, f.Got = Fail, f.Got+", never ready again"
		return f, nil
	}
	// The two watches may tell in another order.
	g := timed(back, history.Mark{Earliest: up - watchSlack, Latest: up}, ready.From, "ready again")
	if g.Status == Fail {
		f.Status = Fail
	}
	f.Want, f.Got, f.LimitFrom = f.Want+", "+g.Want, f.Got+", "+g.Got, f.LimitFrom+"; "+g.LimitFrom
	return f, nil
}
