package trial_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/trial"
	"github.com/seatrial/seatrial/internal/trial/trialtest"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// bench is one trial without a cluster, on a clock of its own.
type bench struct {
	world *trialtest.World
	rig   *trialtest.Rig
	plan  trial.Plan
}

func newBench() *bench {
	w := trialtest.NewWorld(3)
	return &bench{
		world: w, rig: &trialtest.Rig{World: w},
		plan: trial.Plan{
			Scenario: "probes/toggle", App: web.App(web.Replicas(3)), Load: suites.Steady(50), Seed: 7431, RunID: "7f3a",
			Hold: suites.Hold{For: 3 * time.Second, Settle: 20 * time.Second}, Fault: trialtest.Toggle(w, nil),
		},
	}
}

func (b *bench) run(ctx context.Context) (*history.History, error) {
	rec := history.NewRecorder(history.StartClock(), nil)
	err := trial.Run(ctx, b.plan, b.rig, rec, nil)
	synctest.Wait() // who was told to end does so
	return rec.History(), err
}

// marks are the phases of the record, in order.
func marks(h *history.History) string {
	var all []string
	for _, m := range h.Marks {
		all = append(all, string(m.Phase))
	}
	return strings.Join(all, " ")
}

// wasTidied checks what must hold however a trial ended: undone once if anything
// was tried, nothing left, and the reason in the record.
func wasTidied(t *testing.T, b *bench, h *history.History, err error) {
	t.Helper()
	if left := b.world.Left(); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	want := 0
	if b.world.Count("Site") > 0 {
		want = 1
	}
	if got := b.world.Count("Undo"); got != want {
		t.Errorf("undone %d times, want %d", got, want)
	}
	if b.world.Count("Remove") != 1 {
		t.Errorf("removed %d times", b.world.Count("Remove"))
	}
	if h.Meta.Scenario != b.plan.Scenario || h.Meta.Schema != history.Schema {
		t.Errorf("the record says neither whose it is nor how to read it: %+v", h.Meta)
	}
	note := h.Meta.Notes[history.NoteError]
	if (err == nil) != (note == "") || err != nil && strings.TrimSpace(err.Error()) != note {
		t.Errorf("the error is %v, the note says %q", err, note)
	}
}
