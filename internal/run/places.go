package run

import (
	"fmt"
	"slices"
	"strings"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/suites"
)

// preferred is the order in which places are tried for a scenario: the quick
// timers first, since no question of the smoke tier is about their length.
var preferred = []string{"fast", "small-disk", "zones", "default", "default-zones", "short-backoff", "capped"}

// ownTimers are tried before them where the timers are to be Kubernetes' own.
var ownTimers = []string{"default", "default-zones"}

// needs lists what a place must have to host the scenario and its twin.
func needs(s suites.Scenario) []kindconfigs.Trait {
	all := slices.Clone(s.Needs)
	if s.Fault != nil {
		all = append(all, s.Fault.Needs()...)
	}
	if s.Twin != nil && s.Twin.Fault != nil {
		all = append(all, s.Twin.Fault.Needs()...)
	}
	return all
}

// placeFor picks the place for a scenario, or says why there is none.
func placeFor(s suites.Scenario, places []kindconfigs.Place) (kindconfigs.Place, error) {
	var why []string
	for _, place := range places {
		missing := place.Missing(needs(s))
		if len(missing) == 0 {
			return place, nil
		}
		why = append(why, fmt.Sprintf("place %s lacks %s", place.Name, join(missing)))
	}
	return kindconfigs.Place{}, &noPlaceError{strings.Join(why, "; ")}
}

// noPlaceError says why no place can host a scenario: a reason to skip it.
type noPlaceError struct{ why string }

func (e *noPlaceError) Error() string { return e.why }

func join(traits []kindconfigs.Trait) string {
	var names []string
	for _, t := range traits {
		names = append(names, t.String())
	}
	return strings.Join(names, ", ")
}
