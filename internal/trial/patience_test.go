package trial

import (
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/model"
	"github.com/seatrial/seatrial/suites"
)

func TestPatient(t *testing.T) {
	own := &model.World{Version: model.Version{Major: 1, Minor: 36}, Deployments: make([]model.Deployment, 1)}
	quick := *own
	quick.Settings = history.Settings{NodeMonitorGracePeriod: 8 * time.Second, NodeMonitorPeriod: time.Second, UnreachableToleration: 5 * time.Second}
	evicts := suites.All(suites.NodeNotReady(), suites.Evicted())
	for name, c := range map[string]struct {
		world  *model.World
		expect []judge.Expectation
		fault  faults.Fault
		want   time.Duration
	}{
		"own timers":         {own, evicts, faults.NodeKill(), 412100 * time.Millisecond}, // 61 + 311.1 + 40
		"quick timers":       {&quick, evicts, faults.NodeKill(), 90 * time.Second},
		"nobody is evicted":  {own, suites.All(suites.NodeNotReady()), faults.NodeKill(), 90 * time.Second},
		"nothing is broken":  {own, evicts, nil, 90 * time.Second},
		"the runtime stands": {own, evicts, faults.ContainerdStop(nil), 392500 * time.Millisecond}, // 41.4 + 311.1 + 40
	} {
		s := suites.Scenario{Name: "t/a", Expect: c.expect, Fault: c.fault, Hold: suites.Hold{Heal: 90 * time.Second}}
		if got := Of(s, false, 1, "r").Patient(c.world); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// A fault that asks somebody for a minute has that minute beside the time for its effect.
func TestSeenWithin(t *testing.T) {
	for want, f := range map[time.Duration]faults.Fault{seenLimit: faults.NodeKill(), seenLimit + time.Minute: faults.CrowdControlPlane(true, time.Minute)} {
		if got := (Plan{Fault: f}).seenWithin(); got != want {
			t.Errorf("%s: %s, want %s", f.Card().Name, got, want)
		}
	}
}
