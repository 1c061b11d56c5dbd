package trial

import (
	"time"

	"github.com/seatrial/seatrial/internal/model"
)

// afterEviction is how long the app is given to heal from when its pods have been evicted:
// 10 s more for a second node (--node-eviction-rate), a start, a look, and room.
const afterEviction = 40 * time.Second

// restOfRollout is how long the rest of a rollout may take that stood still until then: half
// of it, a pod at a time.
const restOfRollout = time.Minute

// Patient is how long the app is given to heal: what the scenario says, and at least
// until the cluster has given the lost node up and evicted its pods, which takes
// seconds or six minutes, by its timers.
func (p Plan) Patient(w *model.World) time.Duration {
	if !p.Evicts || p.Fault == nil {
		return p.Hold.Heal
	}
	after := afterEviction
	if p.Rolls {
		after += restOfRollout
	}
	return max(p.Hold.Heal, w.AllEvicted(p.Fault.Card().Name).To+after)
}
