package suites

import kindconfigs "github.com/seatrial/seatrial/kind-configs"

// The traits of places that a scenario may need beside what its fault needs, so
// that its author imports suites, faults and workloads only.
var (
	Capped       = kindconfigs.Capped
	ShortBackoff = kindconfigs.ShortBackoff
	Workers      = kindconfigs.Workers
)

// Traits is a list of what a place must have.
func Traits(all ...kindconfigs.Trait) []kindconfigs.Trait { return all }
