package trial_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/model"
	"github.com/seatrial/seatrial/internal/trial"
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

// A rollout in which a node is lost stands still until its pods are evicted, and goes on then.
func TestARolloutThatWaitsForAnEviction(t *testing.T) {
	w := &model.World{Deployments: make([]model.Deployment, 1)}
	patience := func(e judge.Expectation) time.Duration {
		s := suites.Scenario{Name: "t/a", Fault: faults.NodeKill(), Expect: suites.All(e), Hold: suites.Hold{Heal: 90 * time.Second}}
		return trial.Of(s, false, 1, "r1").Patient(w)
	}
	evicted, rolled, neither := patience(suites.Evicted()), patience(suites.RolledOutElsewhere()), patience(suites.Healed())
	if neither != 90*time.Second || evicted < 350*time.Second || rolled != evicted+time.Minute {
		t.Errorf("evicted %s, rolled out %s, neither %s", evicted, rolled, neither)
	}
}
