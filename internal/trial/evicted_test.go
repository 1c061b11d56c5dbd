package trial_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/suites"
)

// An app that heals only once a lost node's pods were evicted is given the time that the
// cluster's own timers and its tolerations say, whatever the scenario says.
func TestEvictionIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.world.Heal, b.plan.Hold = 0, suites.Hold{Heal: 10 * time.Second}
		b.plan.Evicts = true
		h, err := b.run(t.Context())
		wasTidied(t, b, h, err)
		var seen, recover time.Duration
		for _, m := range h.Marks {
			switch m.Phase {
			case history.PhaseSeen:
				seen = m.Latest
			case history.PhaseRecover:
				recover = m.Latest
			}
		}
		if recover-seen < 300*time.Second { // the default toleration of pods (DefaultTolerationSeconds)
			t.Errorf("it was given %s", recover-seen)
		}
	})
}
