package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// BackInEndpoints expects that every pod that was hit was a ready endpoint again
// inside the window that begins when it was well again, by its own log.
func BackInEndpoints() Expectation {
	return expectation{"back-in-endpoints", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.backInEndpoints)
	}}
}

func (s *scene) backInEndpoints(p pod) (Finding, error) {
	_, c, err := s.of(p)
	if err != nil {
		return Finding{}, err
	}
	well, err := s.wellAgain(p)
	if err != nil {
		return Finding{}, err
	}
	left, ok, err := s.left(p)
	if err != nil {
		return Finding{}, err
	}
	w, what := model.ReadyAgain(c).Late(time.Second, "1s for the EndpointSlice"), "an endpoint again"
	if !ok {
		return never(w, what, "it never ceased to be one"), nil
	}
	again, ok := first(s.spells(history.SourceEndpoint, p.name), left, inState("ready"))
	if !ok || again.From >= s.end {
		return never(w, what, fmt.Sprintf("well since %s, never one again", offset(well))), nil
	}
	return timed(w, instant(well), again.From, what), nil
}

// wellAgain is when the undo turned the knob back that had made the pod bad.
func (s *scene) wellAgain(p pod) (time.Duration, error) {
	knobs := []string{"unready", "fail-business", "ready-file", "ready-code"}
	i, ok := first(s.app(p, history.AppKnob, s.undone().Earliest-logSlack), 0, func(i history.Interval) bool { return slices.Contains(knobs, i.Attrs["knob"]) })
	if !ok {
		return 0, fmt.Errorf("the log of pod %s does not say when it was well again", p.name)
	}
	return i.From, nil
}
