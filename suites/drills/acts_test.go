package drills_test

import (
	"context"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/suites/drills"
)

// No drill is content with doing nothing: its injection would be INVALID, but only after a
// cluster was made for it. What a world without an addon or a rollout refuses is tried in
// the fault's own test.
func TestEveryDrillActs(t *testing.T) {
	for _, s := range drills.All(time.Second) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			site, acted := faulttest.NewWorld(s.App).Site(), false
			site.Marker = func(history.Mark) { acted = true; cancel() }
			if err := s.Fault.Inject(ctx, site); err == nil && !acted {
				t.Error("it is in place, and nothing was done")
			}
		})
	}
}
