package run

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/model"
	"github.com/seatrial/seatrial/internal/trial"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/suites"
)

// An Item is one trial to run: a scenario, or its twin.
type Item struct {
	Scenario suites.Scenario
	Twin     bool
	In       kindconfigs.Place
	Why      string // why it cannot be run here; "" if it can
}

// Title names the trial.
func (i Item) Title() string {
	if i.Twin {
		return i.Scenario.Name + ".twin"
	}
	return i.Scenario.Name
}

// overhead is what a trial takes beside its hold: deploy 4 s, warm 3 s, steady
// 3 s, drain 1 s, measured on two cores.
const overhead = 12 * time.Second

// Estimate is how long the trial takes: all of its hold for a twin, which mostly
// does not heal, and a third of the time to heal otherwise. Where a node must be given
// up first, by Kubernetes' own timers, that is most of the time.
func (i Item) Estimate() time.Duration {
	plan := trial.Of(i.Scenario, i.Twin, 0, "")
	heal := plan.Hold.Heal
	if !slices.Contains(i.In.Traits, kindconfigs.FastTimers) {
		heal = plan.Patient(&model.World{Deployments: make([]model.Deployment, 1)})
	}
	if !i.Twin && heal == plan.Hold.Heal {
		heal /= 3
	}
	return overhead + plan.Hold.For + heal + plan.Hold.Settle/3
}

// Items lists the trials of the options' scenarios in the order in which to start them:
// first those that need their cluster for themselves, so that the others need not
// make room for them in between, then the rest; each group as given, each scenario
// followed by its twin.
func Items(o Options) ([]Item, error) {
	names := preferred
	switch {
	case o.Place != "":
		names = []string{o.Place}
	case o.OwnTimers:
		names = slices.Concat(ownTimers, preferred)
	}
	var places []kindconfigs.Place
	for _, name := range names {
		p, err := kindconfigs.Find(name)
		if err != nil {
			return nil, err
		}
		places = append(places, p)
	}
	return itemsIn(places, o.Scenarios, o.WithoutTwin)
}

// itemsIn is Items in the first of the places that can host each.
func itemsIn(places []kindconfigs.Place, scenarios []suites.Scenario, withoutTwin bool) ([]Item, error) {
	var all []Item
	for _, s := range scenarios {
		in, err := placeFor(s, places)
		why := ""
		if no := (*noPlaceError)(nil); errors.As(err, &no) {
			why = no.why
		} else if err != nil {
			return nil, err
		}
		all = append(all, Item{Scenario: s, In: in, Why: why})
		if s.Twin != nil && !withoutTwin && why == "" {
			all = append(all, Item{Scenario: s, Twin: true, In: in})
		}
	}
	slices.SortStableFunc(all, func(a, b Item) int { return cmp.Compare(a.turnOf(), b.turnOf()) })
	return all, nil
}

// turnOf says in which group the trial starts: those that want their cluster for
// themselves and send nothing, then those that do, then who wants the machine for
// itself, by when the clusters that only the first needed are gone, and then the rest.
func (i Item) turnOf() int {
	switch {
	case i.Scenario.Blast == suites.Namespace:
		return 3
	case i.wantsMachine():
		return 2
	case i.Scenario.Load.Rate > 0:
		return 1
	}
	return 0
}

// wantsMachine reports whether the trial is to be the only one on the machine: it takes
// most of it, or is about the time that answers take, in which all is that others take.
func (i Item) wantsMachine() bool {
	return i.Scenario.Load.Rate >= soleRate || i.Scenario.Expects(suites.LatencyWithin(0)) || i.Scenario.Expects(suites.APIAnswersWithin(0))
}

// Places lists the places that the items need.
func Places(items []Item) []kindconfigs.Place {
	var all []kindconfigs.Place
	for _, i := range items {
		known := slices.ContainsFunc(all, func(p kindconfigs.Place) bool { return p.Name == i.In.Name })
		if i.Why == "" && !known {
			all = append(all, i.In)
		}
	}
	return all
}
