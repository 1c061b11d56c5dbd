// Package kindconfigs holds the places: cluster shapes, one YAML file each, and
// the traits that say what a place can host.
package kindconfigs

import "fmt"

// A Trait is something that a place has and a trial may need, such as
// "workers" in the count of 2 or "small-disk".
type Trait struct {
	Name  string
	Count int // 0 or 1: has it at all
}

// Workers needs n worker nodes.
func Workers(n int) Trait { return Trait{Name: "workers", Count: n} }

// Traits that a place either has or has not.
var (
	SmallDisk  = Trait{Name: "small-disk"}  // a worker with small real disks and eviction thresholds on
	FastTimers = Trait{Name: "fast-timers"} // shortened lease, grace period and tolerations
	Machines   = Trait{Name: "machines"}    // nodes in which we may execute commands
	NodePower  = Trait{Name: "node-power"}  // nodes that we may kill and start
	Zones      = Trait{Name: "zones"}       // nodes labelled with topology zones

	Capped = Trait{Name: "capped"} // workers bounded in CPU, memory and PIDs, memory eviction on

	ShortBackoff = Trait{Name: "short-backoff"} // the crash-loop back-off capped at 10 s
)

func (t Trait) String() string {
	if t.Count > 1 {
		return fmt.Sprintf("%d %s", t.Count, t.Name)
	}
	return t.Name
}
