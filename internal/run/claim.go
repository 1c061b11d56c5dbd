package run

import (
	"slices"
	"strings"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/schedule"
	"github.com/seatrial/seatrial/suites"
)

const (
	// heavyRate is the load, in requests per second on each lane, from which a trial
	// counts twice: it takes more of the machine, and its answers suffer more from what
	// others take. On two cores a trial at 100/s lost requests to two others that were
	// starting and ending their pods.
	heavyRate = 100
	// soleRate is the load from which a trial wants the machine for itself: the null run
	// at 500/s takes 40 % of two cores on a quick day and 65 % on a slow one, and fails
	// when another cluster is deleted beside it.
	soleRate = 500
	// sole weighs more than any number of trials at once.
	sole = 1 << 20
)

// claim is what a trial needs while it runs. On a machine that is slow to start processes
// only those run side by side that can be kept in step: they keep to their own namespace, and
// no deed of theirs has all pods of an app replaced.
func (s *session) claim(i Item) schedule.Claim {
	c := schedule.Claim{Place: i.In.Name, Blast: string(i.Scenario.Blast), Weight: 1}
	switch {
	case i.wantsMachine(), s.room.slow && (i.Scenario.Blast != suites.Namespace || i.replacesPods()):
		c.Weight = sole
	case i.Scenario.Load.Rate >= heavyRate:
		c.Weight = 2
	}
	return c
}

// replacing are the faults, by the beginnings of their names, after which all pods of an app
// are replaced.
var replacing = []string{"rollout/", "config/change", "image/same-tag", "pod/delete-all"}

// replacesPods reports whether the deed, or the twin's, has all pods of an app replaced: three
// such trials in step had 14 of 6,681 requests run into their time-outs.
func (i Item) replacesPods() bool {
	does := func(f faults.Fault) bool {
		return f != nil && slices.ContainsFunc(replacing, func(name string) bool { return strings.HasPrefix(f.Card().Name, name) })
	}
	return does(i.Scenario.Fault) || i.Scenario.Twin != nil && does(i.Scenario.Twin.Fault)
}
